"""What a receiver can be told to do with a request. Each answer is a function of the exchange.

It returns whether the connection lives on. All of them end when the other side hangs up or the receiver stops.
"""

import json
import select
import socket
import struct
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus

from tests.received import Received

BLOCK = b"x" * 65536


class Exchange:
    """One request and the connection that it came by."""

    def __init__(self, connection: socket.socket, request: Received, stopping: threading.Event) -> None:
        self.connection = connection
        self.request = request
        self._stopping = stopping

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def pause(self, seconds: float) -> bool:
        """Wait that long; True at once when the other side hung up or the receiver stops."""
        left = seconds
        while left > 0 and not self._stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.1))
            if readable:
                return True
            left -= 0.1
        return self._stopping.is_set()

    def until_gone(self) -> None:
        """Say nothing until the other side hangs up."""
        while not self.pause(60.0):
            pass


Answer = Callable[[Exchange], bool]


def respond(
    status: int, headers: Mapping[str, str] | None = None, body: bytes = b"", *, after: float = 0.0, last: bool = False
) -> Answer:
    """A whole response, `after` seconds; `last` closes the connection behind it."""
    reason = HTTPStatus(status).phrase
    bare = status == HTTPStatus.NO_CONTENT
    own = {} if bare else {"Content-Length": str(len(body))}
    whole = {**own, **(headers or {}), **({"Connection": "close"} if last else {})}
    head = f"HTTP/1.1 {status} {reason}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in whole.items())
    answer = head.encode() + b"\r\n" + (b"" if bare else body)

    def act(exchange: Exchange) -> bool:
        if after and exchange.pause(after):
            return False
        exchange.send(answer)
        return not last

    return act


def say(*parts: bytes, then_wait: bool = False) -> Answer:
    """Raw bytes, whatever they mean; then hang up, or hang."""

    def act(exchange: Exchange) -> bool:
        for part in parts:
            exchange.send(part)
        if then_wait:
            exchange.until_gone()
        return False

    return act


def keep_alive(first: bytes, *further: bytes, apart: float = 0.0, then_close: bool = False) -> Answer:
    """Raw bytes in turn, so many seconds apart; then listen for the next request on the same connection."""

    def act(exchange: Exchange) -> bool:
        exchange.send(first)
        for part in further:
            exchange.pause(apart)
            exchange.send(part)
        return not then_close

    return act


def repeat(opening: bytes, part: bytes, every: float = 0.0) -> Answer:
    """An opening, then the same part again and again, until the other side has had enough."""

    def act(exchange: Exchange) -> bool:
        exchange.send(opening)
        while not exchange.pause(every):
            exchange.send(part)
        return False

    return act


def reset(exchange: Exchange) -> bool:
    """Hang up with a RST."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def echo(status: int = 200) -> Answer:
    """Everything that was sent, in the body and in the headers, as debug pages show it; passwords in plain too."""

    def act(exchange: Exchange) -> bool:
        request = exchange.request
        told = {name: value for name, value in request.headers if name != "Host"}
        scheme, _, credentials = told.get("Authorization", "").partition(" ")
        plain = b64decode(credentials).decode() if scheme == "Basic" else ""
        body = json.dumps({**told, "password": plain.partition(":")[2]}).replace("/", "\\/").encode() + request.head
        shown = {f"X-Echo-{name}": value for name, value in told.items()}
        return respond(status, shown, plain.encode() + body, last=True)(exchange)

    return act


def reset_inside_body(exchange: Exchange) -> bool:
    """Reset in the middle of an answer."""
    exchange.send(OK + b"Content-Length: 100\r\n\r\nhalf")
    return reset(exchange)


OK = b"HTTP/1.1 200 OK\r\n"
hang = say(then_wait=True)
hang_inside_status_line = say(b"HTTP/1.1 2", then_wait=True)
hang_inside_head = say(OK + b"X-Begun: y", then_wait=True)
hang_inside_body = say(OK + b"Content-Length: 10\r\n\r\nfive.", then_wait=True)
close = say()
garbage = say(bytes(range(256)) * 4)
early_hints_then_ok = say(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", OK + b"Content-Length: 0\r\n\r\n")
short_body = say(OK + b"Content-Length: 1000\r\n\r\nnot as much as promised")
endless_body = repeat(OK + b"\r\n", BLOCK)
endless_continue = repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n", every=0.01)
drip_head = repeat(OK, b"X-Drip: 1\r\n", every=0.3)
drip_failure = repeat(b"HTTP/1.1 500 No\r\n", b"X-Drip: 1\r\n", every=0.3)
drip_body = repeat(OK + b"Content-Length: 1000000\r\n\r\n", b".", every=0.3)


@contextmanager
def refused_port() -> Iterator[int]:
    """A loopback port that nobody listens on, kept from others for the while."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def silent_port() -> Iterator[int]:
    """A loopback port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield listener.getsockname()[1]


@contextmanager
def full_port() -> Iterator[int]:
    """A loopback port whose queue of connections is full: a further one is neither taken nor refused."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield listener.getsockname()[1]
