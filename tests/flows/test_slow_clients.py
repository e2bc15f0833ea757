"""Clients that take their time, on either side of a request, keep nobody else waiting."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.contact_client import ContactClient
from tests.processes import Processes, free_port
from tests.world import World

SLOW = 40
"""Clients, ten for each thread."""
PROMPT = 5.0
"""Seconds, on a machine that has much else to do; a slow client holds its thread for longer."""
SECONDS = 20.0
LEAST_BUFFER = 4096
"""Bytes that the kernel takes for a client that does not read."""
LINE = b"POST /v2/contacts HTTP/1.1\r\nHost: x\r\n"
BODY = LINE + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
BEGUN = {
    "nothing": b"",
    "half a line": LINE[:10],
    "half a head": LINE + b"X-A: ",
    "half a body": BODY + b'{"contact"',
    "an expectation": BODY[:-2] + b"Expect: 100-continue\r\n\r\n",
    "half a chunk": LINE + b"Transfer-Encoding: chunked\r\n\r\n10\r\n{",
    "chunks without an end": LINE + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "half trailers": LINE + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n",
    "a request and a half": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + LINE,
    "too large a body": LINE + b"Content-Length: 99999999\r\n\r\n{",
    "a last request, and no goodbye": b"GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n",
}


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """What the server does before the product hears of a request has nothing to do with the store."""
    return sqlite_url


@pytest.fixture
def base_url(processes: Processes) -> str:
    return processes.web(free_port())


@pytest.fixture
def client(base_url: str, world: World) -> ContactClient:
    return ContactClient(base_url, world.headers("owner"), world.here)


@pytest.fixture
def connect(base_url: str) -> Iterator[Callable[[], socket.socket]]:
    address = urlsplit(base_url)
    with ExitStack() as stack:

        def connected() -> socket.socket:
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LEAST_BUFFER)
            connection.settimeout(SECONDS)
            connection.connect((address.hostname, address.port))
            return connection

        yield connected


def test_whoever_stops_in_the_middle_holds_nobody_up(
    client: ContactClient, connect: Callable[[], socket.socket], processes: Processes
) -> None:
    slow = {name: [connect() for _ in range(SLOW)] for name in BEGUN}
    for name, begun in BEGUN.items():
        for one in slow[name]:
            one.sendall(begun)
        assert _is_prompt(client), name
    for name in ("half a head", "half a body", "half a chunk"):  # one byte at a time
        for one in slow[name]:
            one.sendall(b"a")
    assert _is_prompt(client)
    assert slow["an expectation"][0].recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert slow["half a head"][0].recv(100).startswith(b"HTTP/1.1 408 ")
    assert slow["nothing"][0].recv(100) == b""
    assert "Traceback" not in processes.logs()


def test_whoever_does_not_read_holds_nobody_up(
    base_url: str, client: ContactClient, connect: Callable[[], socket.socket], world: World
) -> None:
    style = world.app.test_client().get("/sign-in").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for _ in range(SLOW):
        connect().sendall(f"GET {style} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert _is_prompt(client)


def test_whoever_is_slow_but_comes_to_an_end_is_answered(connect: Callable[[], socket.socket], world: World) -> None:
    body = b'{"contact": {"last_name": "Slow", "location_id": "' + world.here.encode() + b'"}}'
    head = "".join(f"{name}: {value}\r\n" for name, value in world.headers("owner").items()).encode()
    kind = b"Content-Type: application/json\r\n"
    plain = LINE + head + kind + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunks = b"".join(b"%x;a=b\r\n%c\r\n" % (1, byte) for byte in body) + b"0\r\nX-T: 1\r\n\r\n"
    chunked = LINE + head + kind + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    connection, answered = connect(), b""
    for count, raw in enumerate((plain, chunked), 1):
        for place in range(0, len(raw), 40):
            connection.sendall(raw[place : place + 40])
            time.sleep(0.001)
        answered = _with(answered, connection, count)
    for piece in (plain * 3 + chunked, plain):  # several at once, kept in order
        connection.sendall(piece)
    answered = _with(answered, connection, 7)
    assert answered.count(b"HTTP/1.1 ") == 7


def _with(answered: bytes, connection: socket.socket, count: int) -> bytes:
    """With what is answered now, until so many were made in all; a piece may hold less than an answer."""
    while answered.count(b"HTTP/1.1 201 ") < count:
        more = connection.recv(65536)
        assert more, answered
        answered += more
    return answered


def _is_prompt(client: ContactClient) -> bool:
    began = time.monotonic()
    return client.create("Prompt").status == 201 and time.monotonic() - began < PROMPT
