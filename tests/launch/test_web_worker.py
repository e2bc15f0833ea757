"""The web server between its clients' bytes and the application."""

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from gunicorn.config import Config

from launch.arrival import Arrival
from launch.connection import BoundedSocket, Connection
from tests.launch.echo import MOST_HELD
from tests.launch.echoing import CONNECTIONS, EchoServer, until, until_the_end

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
RESET = struct.pack("ii", 1, 0)
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def post(headers: bytes, path: bytes = b"/unread") -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n"


AMBIGUOUS = {
    "a body larger than any": post(b"Content-Length: 99999999"),
    "a length of twenty digits": post(b"Content-Length: 10000000000000000000"),
    "a length of five thousand digits": post(b"Content-Length: " + b"1" * 5000),
    "a larger body, expected": post(b"Content-Length: 99999999\r\nExpect: 100-continue"),
    "a length and chunks": post(b"Content-Length: 3\r\nTransfer-Encoding: chunked") + b"0\r\n\r\n",
    "chunks and a length": post(b"Transfer-Encoding: chunked\r\nContent-Length: 3") + b"0\r\n\r\n",
    "two lengths": post(b"Content-Length: 0\r\nContent-Length: 34"),
    "a list of lengths": post(b"Content-Length: 0, 34"),
    "a length with a sign": post(b"Content-Length: +34"),
    "a length of other digits": post("Content-Length: ³".encode("latin-1")),
    "a length on the next line": post(b"Content-Length:\r\n 34"),
    "a length before a bare LF": post(b"X: y\nContent-Length: 34"),
    "a name with a blank": post(b"Content-Length : 34"),
    "an unknown coding": post(b"Transfer-Encoding: xchunked"),
    "no coding": post(b"Transfer-Encoding: identity"),
    "chunks twice": post(b"Transfer-Encoding: chunked, chunked") + b"0\r\n\r\n",
    "chunks of HTTP/1.0": post(b"Transfer-Encoding: chunked").replace(b"1.1", b"1.0") + b"0\r\n\r\n",
    "a size with a sign": post(b"Transfer-Encoding: chunked") + b"+0\r\n\r\n",
    "a size of another base": post(b"Transfer-Encoding: chunked") + b"0x0\r\n\r\n",
    "a size before blanks": post(b"Transfer-Encoding: chunked") + b"0 \r\n\r\n",
    "a chunk longer than its size": post(b"Transfer-Encoding: chunked") + b"1\r\nab\r\n0\r\n\r\n",
    "a chunk that ends in a bare LF": post(b"Transfer-Encoding: chunked") + b"1\r\na\n0\r\n\r\n",
    "an extension with a bare CR": post(b"Transfer-Encoding: chunked") + b"0;a\rb\r\n\r\n",
    "a forbidden trailer": post(b"Transfer-Encoding: chunked") + b"0\r\nContent-Length: 1\r\n\r\n",
    "no HTTP": b"\x00\r\n\r\n",
    "two empty lines": b"\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EchoServer]:
    started = EchoServer(tmp_path_factory.mktemp("echo"))
    try:
        yield started.ready()
    finally:
        started.end()


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_follows_a_request_without_a_certain_end_is_never_read_as_another(server: EchoServer, name: str) -> None:
    answered = server.ask(AMBIGUOUS[name] + HIDDEN + LAST)
    assert b"/hidden" not in answered, answered
    assert answered.count(b"HTTP/1.1 ") == 1, answered


SURE = {
    "a length of many noughts": post(b"Content-Length: 0000000000000000000003", b"/read") + b"abc",
    "a chunk size of many noughts": post(b"Transfer-Encoding: chunked", b"/read")
    + b"00000000000000000000003\r\nabc\r\n0\r\n\r\n",
    "an empty line first": b"\r\n" + post(b"Content-Length: 3", b"/read") + b"abc",
    "extensions and trailers": post(b"Transfer-Encoding: chunked", b"/read") + b'3;a="b"\r\nabc\r\n0;c\r\nX: y\r\n\r\n',
    "an expectation, not waited for": post(b"Expect: 100-continue\r\nContent-Length: 3", b"/read") + b"abc",
    "an expectation of nothing": post(b"Content-Length: 3\r\nExpect: 100-Continue \r\nExpect: 100-continue", b"/read")
    + b"abc",
}


@pytest.mark.parametrize("name", SURE)
def test_requests_with_a_certain_end_follow_one_another(server: EchoServer, name: str) -> None:
    answered = server.ask(SURE[name] * 2 + LAST)
    assert answered.count(b"HTTP/1.1 200 ") == answered.count(b"HTTP/1.1 ") == 3, answered
    assert (answered.count(b"POST /read 3\n"), answered.count(b"GET /last 0\n")) == (2, 1)


@pytest.mark.parametrize("taken", [-1, 1])
def test_a_connection_goes_on_only_where_the_parser_read_what_was_taken_for_the_request(taken: int) -> None:
    """Whatever either of the two may get wrong one day."""
    raw = post(b"Content-Length: 3", b"/read") + b"abc"
    ours, theirs = socket.socketpair()
    with theirs:
        conn = Connection(Config(), BoundedSocket.of(ours), ("127.0.0.1", 1), ("127.0.0.1", 2))
        for offset, spent in ((0, True), (taken, False)):
            arrival = Arrival(raw + HIDDEN, 0.0)
            assert arrival.end == len(raw)
            arrival.end += offset
            conn.hand_over(arrival)
            next(conn.parser).body.read()
            assert conn.spent is spent
        conn.close()


def test_where_memory_runs_out_the_oldest_large_request_makes_room(server: EchoServer) -> None:
    size = MOST_HELD * 2 // 5
    for _ in range(2):  # what was given up is not counted any more
        with server.connect() as first, server.connect() as second, server.connect() as third:
            for one in (first, second, third):
                one.sendall(post(b"Connection: close\r\nContent-Length: %d" % size, b"/read") + b"a" * (size - 1))
            assert until_the_end(first).startswith(b"HTTP/1.1 503 ")
            assert b"GET /last 0" in server.ask(LAST)
            for one in (second, third):
                one.sendall(b"a")
                assert b"POST /read %d\n" % size in until_the_end(one)


def test_where_connections_run_out_who_has_waited_longest_makes_way(server: EchoServer) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connect()) for _ in range(CONNECTIONS + 10)]
        for client in clients:
            client.sendall(b"GET /half HTTP/1.1\r\n")
        assert b"GET /last 0" in server.ask(LAST)
        assert until_the_end(clients[0]) == b""
        clients[-1].sendall(b"Host: x\r\nConnection: close\r\n\r\n")
        assert b"GET /half 0" in until_the_end(clients[-1])


def test_where_idle_clients_take_all_connections_others_are_answered_all_the_same(server: EchoServer) -> None:
    server.settled_files()
    with ExitStack() as stack:
        for _ in range(2 * CONNECTIONS):
            client = stack.enter_context(server.connect())
            client.sendall(b"GET /stay HTTP/1.1\r\nHost: x\r\n\r\n")
            until(client, b"GET /stay 0\n")


def test_whoever_hangs_up_in_the_middle_leaves_nothing_behind(server: EchoServer) -> None:
    begun = [
        b"",
        b"GET",
        post(b"Content-Length: 9") + b"a",
        post(b"Transfer-Encoding: chunked"),
        LAST[:-30],
        *SURE.values(),
    ]
    before = server.settled_files()
    for raw in [*begun, *AMBIGUOUS.values()]:
        with server.connect() as client:
            client.sendall(raw)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    assert server.settled_files() <= before
    assert "Traceback" not in server.log


def test_a_process_without_a_file_left_goes_on(server: EchoServer) -> None:
    serving = server.serving
    with ExitStack() as stack, server.few_files(server.settled_files() + 5):
        for _ in range(10):
            stack.enter_context(server.connect()).sendall(b"GET")
        assert b"GET /last 0" in server.ask(LAST)
    assert server.serving == serving
    assert "Traceback" not in server.log
