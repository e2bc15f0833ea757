"""A client's connection to the web server, as long as the server keeps it."""

import errno
import math
import socket
from typing import Any

from gunicorn.workers.gthread import TConn

from launch.arrival import Arrival

ANSWER_SECONDS = 10.0
"""How long a client may take to read what is sent to it at once."""
ANSWER_BUFFER = 1024 * 1024
"""What the kernel keeps for a client that reads slowly, where it allows as much: larger than most answers."""


class BoundedSocket(socket.socket):
    """Where nothing blocks for long: the server says "blocking", and the answer has a deadline."""

    @classmethod
    def of(cls, accepted: socket.socket) -> "BoundedSocket":
        """The same connection; the given socket is no longer to be used."""
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWER_BUFFER)
        return cls(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 # as the socket has it
        self.settimeout(ANSWER_SECONDS if flag else 0.0)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        try:
            super().sendall(data, flags)
        except TimeoutError:
            raise _given_up() from None

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        try:
            return super().sendfile(file, offset, count)
        except TimeoutError:
            raise _given_up() from None


def _given_up() -> ConnectionResetError:
    """What the server takes for a client that has gone, which is no cause for a trace."""
    return ConnectionResetError(errno.ECONNRESET, "The client did not read its answer in time")


class Received:
    """What the parser reads a request from: it has arrived, and nothing comes after it."""

    def __init__(self, data: bytes | bytearray | memoryview = b"") -> None:
        self.left = memoryview(data)

    def recv(self, size: int) -> bytes:
        piece = bytes(self.left[:size])
        self.left = self.left[size:]
        return piece


class Connection(TConn):  # type: ignore[misc] # gunicorn has no types
    """What is known of it beyond what gunicorn keeps."""

    def __init__(self, cfg: Any, sock: BoundedSocket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.arrival: Arrival | None = None
        """The request that the loop waits for; None while one is answered, and when the last one was."""
        self.surplus = b""
        """What its client sent behind the request."""
        self.held = 0
        """Bytes of it that the process keeps."""
        self.closes = math.inf
        """When it is closed, whatever arrives."""

    def overdue(self, now: float) -> bool:
        return now > self.closes or (self.arrival is not None and self.arrival.overdue(now))

    def expect(self, now: float) -> Arrival:
        """Begin with the next request, of which some may be there."""
        ahead = self.parser.unreader.take_buffered() if self.parser else b""
        self.arrival = Arrival(ahead + self.surplus, now)
        self.surplus = b""
        return self.arrival

    def hand_over(self, arrival: Arrival) -> None:
        """Let the parser read this request, and no more than it."""
        self.surplus, self.arrival = bytes(arrival.bytes[arrival.end :]), None
        self.init()
        self.parser.unreader.sock = Received(memoryview(arrival.bytes)[: arrival.end])
        self.data_ready = True

    @property
    def spent(self) -> bool:
        """Whether the parser has read all it was given: else its next request would begin in the wrong place."""
        return not self.parser.unreader.sock.left

    def forget(self) -> None:
        """Keep nothing of the request that was answered."""
        if self.parser:
            self.parser.unreader.sock = Received()
