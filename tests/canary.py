"""A listening socket of this machine that nobody may reach."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

import pytest


class Canary:
    """Counts connections to one port of this machine, on IPv4 and, where there is one, on IPv6."""

    def __init__(self) -> None:
        self.connections = 0
        self._selector = selectors.DefaultSelector()
        self._stopping = threading.Event()
        first = socket.create_server(("127.0.0.1", 0))
        self.port = int(first.getsockname()[1])
        self._sockets = [first]
        with suppress(OSError):
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for one in self._sockets:
            self._selector.register(one, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(5)
        self._selector.close()
        for one in self._sockets:
            one.close()

    def _count(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(0.05):
                connection, _ = key.fileobj.accept()  # type: ignore[union-attr]
                connection.close()
                self.connections += 1


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as one:
        yield one
