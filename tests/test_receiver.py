"""The tests' own receiver: what it keeps, and that it misbehaves as it was told to."""

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from tests import answers
from tests.certificates import new_authority, self_signed, tls
from tests.receiver import Receiver

BODY = b"type=CREATE&resource=contact&number_of_attempts=1&data=%7B%22b%22%3A1%2C%22a%22%3Anull%7D"


def post(connection: socket.socket, path: str = "/", body: bytes = BODY) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Two: 2\r\nx-one: 1\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


def opened(receiver: Receiver) -> socket.socket:
    return socket.create_connection(("127.0.0.1", receiver.port), timeout=5)


def everything(connection: socket.socket) -> bytes:
    whole = b""
    while part := connection.recv(65536):
        whole += part
    return whole


def test_keeps_what_arrived_byte_for_byte(receiver: Receiver) -> None:
    before = time.time()
    with opened(receiver) as connection:
        post(connection, "/hook?x=1")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")
    [request] = receiver.wait_for(1, "/hook")
    assert (request.request_line, request.body) == ("POST /hook?x=1 HTTP/1.1", BODY)
    assert request.headers[:3] == (("Host", "x"), ("X-Two", "2"), ("x-one", "1"))
    assert [name for name, _ in request.fields] == ["type", "resource", "number_of_attempts", "data"]
    assert (request.type, request.number, list(request.data.items())) == ("CREATE", 1, [("b", 1), ("a", None)])
    assert before * 1000 - 1 <= request.arrived_ms <= time.time() * 1000


def test_answers_in_turn_on_one_connection_and_repeats_the_last(receiver: Receiver) -> None:
    receiver.plan("/", 500, answers.respond(429, {"Retry-After": "7"}), 204)
    with opened(receiver) as connection:
        seen = []
        for _ in range(4):
            post(connection)
            seen.append(connection.recv(1000))
    assert [answer.split()[1] for answer in seen] == [b"500", b"429", b"204", b"204"]
    assert b"Retry-After: 7\r\n" in seen[1]
    assert receiver.connections == 1


def test_requests_that_come_in_one_piece_are_told_apart(receiver: Receiver) -> None:
    with opened(receiver) as connection:
        post(connection, "/a", b"x=1")
        post(connection, "/b", b"")
        receiver.wait_for(2)
    assert [(one.path, one.body) for one in receiver.requests()] == [("/a", b"x=1"), ("/b", b"")]


@pytest.mark.parametrize(
    ("answer", "opening"),
    [
        (answers.hang, b""),
        (answers.hang_inside_head, b"HTTP/1.1 200 OK\r\nX-Begun: y"),
        (answers.hang_inside_body, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive."),
        (answers.drip_head, b"HTTP/1.1 200 OK\r\n"),
        (answers.endless_continue, b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["at once", "inside the head", "inside the body", "dripping", "continuing"],
)
def test_hangs_until_it_is_stopped(answer: answers.Answer, opening: bytes) -> None:
    receiver = Receiver().start()
    receiver.plan("/", answer)
    with opened(receiver) as connection:
        post(connection)
        receiver.wait_for(1)
        threading.Timer(0.3, receiver.stop).start()
        began = time.monotonic()
        assert everything(connection).startswith(opening)
        assert time.monotonic() - began > 0.2
    receiver.stop()


def test_hangs_up_politely_rudely_or_in_the_middle(receiver: Receiver) -> None:
    receiver.plan("/close", answers.close)
    receiver.plan("/garbage", answers.garbage)
    receiver.plan("/short", answers.short_body)
    with opened(receiver) as connection:
        post(connection, "/close")
        assert everything(connection) == b""
    with opened(receiver) as connection:
        post(connection, "/garbage")
        assert len(everything(connection)) == 1024
    with opened(receiver) as connection:
        post(connection, "/short")
        assert everything(connection).endswith(b"promised")
    receiver.plan("/reset", answers.reset)
    with opened(receiver) as connection:
        post(connection, "/reset")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_body_without_end_goes_on_while_it_is_read(receiver: Receiver) -> None:
    receiver.plan("/", answers.endless_body)
    with opened(receiver) as connection:
        post(connection)
        assert sum(len(connection.recv(65536)) for _ in range(100)) > 100_000


def test_speaks_tls_under_an_own_authority(tmp_path: Path) -> None:
    authority = new_authority(tmp_path)
    trusting = ssl.create_default_context(cafile=str(authority.bundle))
    receiver = Receiver(tls(authority.server())).start()
    with trusting.wrap_socket(opened(receiver), server_hostname="127.0.0.1") as connection:
        post(connection)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
    receiver.stop()

    receiver = Receiver(tls(self_signed(tmp_path))).start()
    with opened(receiver) as plain, pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        trusting.wrap_socket(plain, server_hostname="127.0.0.1")
    receiver.stop()


def test_a_refused_port_stays_refused() -> None:
    with answers.refused_port() as port, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_says_how_many_were_missing(receiver: Receiver) -> None:
    with pytest.raises(AssertionError, match="0 of 1 requests"):
        receiver.wait_for(1, within=0.05)
