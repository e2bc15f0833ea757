"""The product's web server with an echo behind it, and clients that write bytes."""

import contextlib
import http.client
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from tests.environment import product_environment
from tests.processes import ProductProcess, free_port

SECONDS = 10.0
PATIENCE = 0.01
ALIKE = 10
"""Looks that see the same where nothing moves any more."""
CONNECTIONS = 20
OPTIONS = ["--worker-class", "launch.web_worker.WebWorker", "--threads", "2", "--no-control-socket"]


class EchoServer:
    """One web process of two threads, which keeps at most so many connections."""

    def __init__(self, folder: Path, connections: int = CONNECTIONS) -> None:
        self._port = free_port()
        bound = ["--bind", f"127.0.0.1:{self._port}", "--worker-connections", str(connections), "--keep-alive", "5"]
        self._process = ProductProcess.warm(
            ["gunicorn", *OPTIONS, *bound, "tests.launch.echo:app"], product_environment(folder), folder / "web.log"
        )

    def ready(self) -> Self:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.returncode is None:
            with contextlib.suppress(OSError, http.client.HTTPException), self.connect() as client:
                client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                if client.recv(1):
                    return self
            time.sleep(PATIENCE)
        raise RuntimeError(f"the web server did not start:\n{self.log}")

    def end(self) -> None:
        self._process.kill()

    @property
    def log(self) -> str:
        return self._process.log

    @property
    def serving(self) -> int:
        """The id of the process that serves."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(children[0])

    def settled_files(self) -> int:
        """How many files, sockets included, the serving process has open when it is at rest."""
        folder, seen = Path(f"/proc/{self.serving}/fd"), list(range(ALIKE))
        deadline = time.monotonic() + SECONDS
        while len(set(seen[-ALIKE:])) > 1 and time.monotonic() < deadline:
            time.sleep(PATIENCE)
            seen.append(len(list(folder.iterdir())))
        return seen[-1]

    @contextlib.contextmanager
    def few_files(self, most: int) -> Iterator[None]:
        before = resource.prlimit(self.serving, resource.RLIMIT_NOFILE)
        resource.prlimit(self.serving, resource.RLIMIT_NOFILE, (most, before[1]))
        try:
            yield
        finally:
            resource.prlimit(self.serving, resource.RLIMIT_NOFILE, before)

    def connect(self) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self._port), SECONDS)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def ask(self, raw: bytes) -> bytes:
        """Everything that is answered until the server hangs up; this client says no more than `raw`."""
        with self.connect() as client:
            client.sendall(raw)
            return until_the_end(client)


def until(client: socket.socket, last: bytes) -> bytes:
    """What is answered, up to these bytes of it."""
    answered = b""
    while last not in answered:
        piece = client.recv(65536)
        assert piece, answered
        answered += piece
    return answered


def until_the_end(client: socket.socket) -> bytes:
    answered = b""
    with contextlib.suppress(ConnectionError):
        while piece := client.recv(65536):
            answered += piece
    return answered
