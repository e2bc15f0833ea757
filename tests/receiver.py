"""A real receiver on a loopback port: keeps every request byte for byte and answers as it was told to."""

import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

import pytest

from tests.answers import Answer, Exchange, respond
from tests.received import Received

MOST_CONNECTIONS = 512
TLS_HELLO = b"\x16"
HEAD_END = b"\r\n\r\n"


class Receiver:
    """Answers 200 until `plan` says otherwise. One thread a connection, at most 512 of them."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._plans: dict[str, tuple[Answer, ...]] = {}
        self._seen: Counter[str] = Counter()
        self._requests: list[Received] = []
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._open: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self.connections = 0

    def start(self) -> Self:
        """Listen on a port of the system's choosing."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = int(self._listener.getsockname()[1])
        self._acceptor = threading.Thread(target=self._accept, name="receiver", daemon=True)
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """Hang up on everybody and return when no thread is left."""
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(5)
        with self._changed:
            still_open = list(self._open.values())
        for connection in still_open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self._threads), "a receiver's thread does not end"

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def plan(self, path: str, *answers: Answer | int) -> str:
        """Answer the path's requests with these in turn, the last one for ever. Returns the path's URL."""
        plain = path.partition("?")[0]
        self._plans[plain] = tuple(respond(one) if isinstance(one, int) else one for one in answers)
        self._seen[plain] = 0
        return self.url(path)

    def requests(self, path: str | None = None) -> list[Received]:
        """What arrived so far, in the order of arrival."""
        with self._changed:
            return [one for one in self._requests if path in (None, one.path)]

    def wait_for(self, count: int, path: str | None = None, within: float = 15.0) -> list[Received]:
        """The requests, as soon as there are that many; AssertionError when there are not in time."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                found = [one for one in self._requests if path in (None, one.path)]
                left = deadline - time.monotonic()
                if len(found) >= count:
                    return found
                if left <= 0:
                    raise AssertionError(f"{len(found)} of {count} requests arrived within {within} s")
                self._changed.wait(left)

    def stays_at(self, count: int, path: str | None = None, during: float = 1.0) -> list[Received]:
        """Watch that nothing more arrives for a while."""
        time.sleep(during)
        found = self.requests(path)
        assert len(found) == count, f"{len(found)} requests arrived where {count} were due"
        return found

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                number = self.connections
                self._open[number] = connection
                full = len(self._open) > MOST_CONNECTIONS
            if full:
                self._forget(number)
                continue
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            thread = threading.Thread(target=self._serve, args=(number, connection), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, number: int, plain: socket.socket) -> None:
        with suppress(OSError):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            with self._changed:
                self._open[number] = connection
            unread = b""
            while not self._stopping.is_set():
                request, unread = _read(connection, unread, number)
                if request is None or not self._take(request)(Exchange(connection, request, self._stopping)):
                    break
        self._forget(number)

    def _take(self, request: Received) -> Answer:
        with self._changed:
            plan = self._plans.get(request.path, (respond(200),))
            answer = plan[min(self._seen[request.path], len(plan) - 1)]
            self._seen[request.path] += 1
            self._requests.append(request)
            self._changed.notify_all()
        return answer

    def _forget(self, number: int) -> None:
        with self._changed:
            connection = self._open.pop(number)
        connection.close()


def _read(connection: socket.socket, unread: bytes, number: int) -> tuple[Received | None, bytes]:
    """The next request on a connection and what was read beyond it; None when the other side is done."""
    buffer = unread or connection.recv(65536)
    arrived, arrived_ms = time.monotonic(), time.time_ns() // 1_000_000
    if buffer[:1] == TLS_HELLO:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        return None, b""
    while HEAD_END not in buffer:
        more = connection.recv(65536)
        if not more:
            return None, b""
        buffer += more
    head, _, body = buffer.partition(HEAD_END)
    length = _content_length(head)
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            return None, b""
        body += more
    return Received(head, body[:length], arrived, arrived_ms, number), body[length:]


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        assert name.lower() != b"transfer-encoding", "postbacks are sent with their length"
        if name.lower() == b"content-length":
            return int(value)
    return 0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A listening receiver of this test's own."""
    server = Receiver().start()
    try:
        yield server
    finally:
        server.stop()
