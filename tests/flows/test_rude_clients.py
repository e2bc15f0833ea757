"""Clients that break HTTP itself meet a server that says so, keeps nothing of it, and goes on serving the others."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.contact_client import ContactClient
from tests.processes import Processes, free_port
from tests.world import World

SECONDS = 5.0
LINE = b"POST /v2/contacts HTTP/1.1\r\nHost: x\r\n"
BROKEN = {
    "a negative length": LINE + b"Content-Length: -1\r\n\r\n",
    "a length that is none": LINE + b"Content-Length: many\r\n\r\n",
    "two lengths": LINE + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": LINE + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are none": LINE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
    "a header without a name": LINE + b": x\r\n\r\n",
    "a header with a NUL": LINE + b"X-A: a\x00b\r\n\r\n",
    "a header of 100 kB": LINE + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n",
    "a thousand headers": LINE + b"".join(b"X-%d: 1\r\n" % number for number in range(1000)) + b"\r\n",
    "a path of 100 kB": b"GET /v2/contacts?" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "an unknown version": b"GET /v2/contacts HTTP/9.9\r\nHost: x\r\n\r\n",
}


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """What the server does before the product hears of a request has nothing to do with the store."""
    return sqlite_url


def test_whatever_is_no_http_is_refused_and_the_others_are_served(world: World, processes: Processes) -> None:
    base_url = processes.web(free_port())
    address = urlsplit(base_url)
    place = (str(address.hostname), int(address.port or 0))
    for name, raw in BROKEN.items():
        assert _status(place, raw) in {400, 401, 405, 414, 431, 501, 505, None}, name
    client = ContactClient(base_url, world.headers("owner"), world.here)
    assert _status(place, _claiming(world, 10, b'{"contact": {}}')) == 400
    with socket.create_connection(place, SECONDS) as short:  # promises more than it sends, and hangs up
        short.sendall(_claiming(world, 500, b'{"contact": {"last_name": "Half"'))
    assert client.create("Whole").status == 201
    assert "Traceback" not in processes.logs()
    kept = world.api().get("contacts").get_json()["contacts"]
    assert [one["last_name"] for one in kept] == ["Whole"]


def _claiming(world: World, length: int, body: bytes) -> bytes:
    """A request that says this of its length, whatever it has."""
    given = {**world.headers("owner"), "Content-Type": "application/json", "Content-Length": str(length)}
    return LINE + "".join(f"{name}: {value}\r\n" for name, value in given.items()).encode() + b"\r\n" + body


def _status(place: tuple[str, int], raw: bytes) -> int | None:
    """The status that this is answered with; None where the server hangs up."""
    with socket.create_connection(place, SECONDS) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65536)
        except ConnectionError:
            return None
    assert answer[:9] in {b"HTTP/1.1 ", b""}, answer[:200]
    return int(answer[9:12]) if answer else None
