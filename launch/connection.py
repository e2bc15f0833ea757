"""A client's connection to the web server, as long as the server keeps it."""

import errno
import math
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from gunicorn.workers.gthread import TConn

from launch.arrival import Arrival

ANSWER_SECONDS = 10.0
"""How long a client may take to read what is sent to it at once."""
ANSWER_BUFFER = 1024 * 1024
"""What the kernel keeps for a client that reads slowly, where it allows as much: larger than most answers."""


class BoundedSocket(socket.socket):
    """One that never blocks, whatever the server says of it; only an answer is waited for, and not for long."""

    @classmethod
    def of(cls, accepted: socket.socket) -> "BoundedSocket":
        """The same connection; the given socket is no longer to be used."""
        made = cls(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        made.settimeout(0.0)
        with suppress(OSError):  # the client may be gone
            made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWER_BUFFER)
        return made

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 # as the socket has it
        """Nothing: each change would cost a call of the kernel, three of them for each request."""

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Nearly always the kernel takes all of it at once, without having been asked first whether it will."""
        try:
            sent = self.send(data, flags)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            with self._waiting():
                super().sendall(memoryview(data)[sent:], flags)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        with self._waiting():
            return super().sendfile(file, offset, count)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        self.settimeout(ANSWER_SECONDS)
        try:
            yield
        except TimeoutError:
            raise _given_up() from None
        finally:
            with suppress(OSError):
                self.settimeout(0.0)


def _given_up() -> ConnectionResetError:
    """What the server takes for a client that has gone, which is no cause for a trace."""
    return ConnectionResetError(errno.ECONNRESET, "The client did not read its answer in time")


class Received:
    """What the parser reads a request from: it has arrived, and nothing comes after it."""

    def __init__(self, data: bytes | bytearray | memoryview = b"") -> None:
        self.left = memoryview(data)
        self.fell_short = False
        """Whether more was asked for than there is."""

    def recv(self, size: int) -> bytes:
        piece = bytes(self.left[:size])
        self.fell_short = self.fell_short or not piece
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
        self.arrival = Arrival(self.surplus, now)
        self.surplus = b""
        return self.arrival

    def hand_over(self, arrival: Arrival) -> None:
        """Let the parser read this request, and no more than it."""
        self.surplus, self.arrival = bytes(memoryview(arrival.bytes)[arrival.end :]), None
        self.init()
        self.parser.unreader.sock = Received(memoryview(arrival.bytes)[: arrival.end])
        self.data_ready = True

    @property
    def spent(self) -> bool:
        """Whether the parser has read what was taken for the request, all of it and no more.

        Else the two understand differently where it ends, and what comes next may be a part of it: whoever answered
        that as a request would let one client speak in another's name behind a proxy that they share.
        """
        unreader = self.parser.unreader
        return not (unreader.sock.left or unreader.sock.fell_short or unreader.buf.getvalue())

    def forget(self) -> None:
        """Keep nothing of the request that was answered."""
        if self.parser:
            self.parser.unreader.sock = Received()
