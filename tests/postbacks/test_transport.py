"""The wire against a receiver that answers, well or badly: what comes back, and in what time."""

import gzip
import socket
import threading
import time
from itertools import count

import pytest
from requests import Request, Session

from postbacks.easy import TransportLimits
from postbacks.failures import TransportError
from postbacks.transport import CurlAdapter
from tests import answers
from tests.answers import OK, Answer, respond, say
from tests.postbacks.sending import BODY, LIMITS, a_post, adapter, all_of, code_of
from tests.receiver import Receiver

DEADLINE = LIMITS.total_timeout


def test_what_is_sent_arrives_byte_for_byte_with_no_header_of_libcurls_own(
    wire: CurlAdapter, receiver: Receiver
) -> None:
    sent = wire.send_one(a_post(receiver.url("/hook?a=%2F"), BODY, "webhook-id: 42"))
    [request] = receiver.requests()
    assert (request.request_line, request.body) == ("POST /hook?a=%2F HTTP/1.1", BODY)
    assert dict(request.headers) == {
        "Host": f"127.0.0.1:{receiver.port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "Postbacks/0",
        "webhook-id": "42",
        "Content-Length": str(len(BODY)),
    }
    assert sent.response is not None
    assert (sent.response.status_code, sent.peer, sent.stale) == (200, f"127.0.0.1 port {receiver.port}", False)


@pytest.mark.parametrize("size", [1, 16 * 1024, 256 * 1024, 1_000_000])
def test_bodies_of_every_size_arrive_whole(wire: CurlAdapter, receiver: Receiver, size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    assert code_of(wire.send_one(a_post(receiver.url(), body))) is None
    assert receiver.requests()[-1].body == body


@pytest.mark.parametrize("status", [200, 204, 302, 304, 400, 401, 407, 417, 429, 500, 503])
def test_the_status_comes_back_and_nothing_is_sent_twice(wire: CurlAdapter, receiver: Receiver, status: int) -> None:
    url = receiver.plan("/", respond(status, {"Location": "/other", "Retry-After": "7", "WWW-Authenticate": "Basic"}))
    sent = wire.send_one(a_post(url))
    assert sent.response is not None
    assert (sent.response.status_code, sent.response.headers["retry-after"]) == (status, "7")
    assert len(receiver.requests()) == 1


def test_speaks_requests_own_language(receiver: Receiver) -> None:
    receiver.plan("/reset", answers.reset)
    with adapter() as wire, Session() as session:
        session.mount("http://", wire)
        with pytest.raises(TransportError, match="connection_lost"):
            session.post(receiver.url("/reset"), data=b"x")
        prepared = Request("POST", receiver.url("/hook"), data={"a": "1"}).prepare()
        assert session.send(prepared, allow_redirects=False).status_code == 200
    assert receiver.requests("/hook")[0].body == b"a=1"


BROKEN: dict[str, tuple[Answer, str]] = {
    "reset": (answers.reset, "connection_lost"),
    "close": (answers.close, "no_response"),
    "garbage": (answers.garbage, "bad_response"),
    "HTTP/0.9": (say(b"<html>hello</html>"), "bad_response"),
    "HTTP/7": (say(b"HTTP/7.0 200 OK\r\n\r\n"), "bad_response"),
    "four digits": (say(b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"), "bad_response"),
    "a huge number": (say(b"HTTP/1.1 " + b"9" * 5000 + b" OK\r\nContent-Length: 0\r\n\r\n"), "bad_response"),
    "103 and no more": (say(b"HTTP/1.1 103 Early Hints\r\n\r\n"), "no_response"),
    "102 and garbage": (say(b"HTTP/1.1 102 P\r\n\r\n", bytes(range(256))), "bad_response"),
    "endless status line": (answers.repeat(b"HTTP/1.1 ", b"9" * 65536), "bad_response"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_an_answer_without_a_final_status_line_is_named_for_what_it_is(
    wire: CurlAdapter, receiver: Receiver, fault: str
) -> None:
    answer, code = BROKEN[fault]
    sent = wire.send_one(a_post(receiver.plan("/", answer)))
    assert (code_of(sent), sent.response, sent.stale) == (code, None, False)
    assert len(receiver.requests()) == 1
    assert code_of(wire.send_one(a_post(receiver.url("/next")), "another lane")) is None


SLOW: dict[str, tuple[Answer, str | None]] = {
    "hangs": (answers.hang, "read_timeout"),
    "103 and hangs": (say(b"HTTP/1.1 103 E\r\n\r\n", then_wait=True), "total_timeout"),
    "101 and hangs": (say(b"HTTP/1.1 101 S\r\nUpgrade: x\r\n\r\n", then_wait=True), "total_timeout"),
    "endless 100": (answers.endless_continue, "total_timeout"),
    "hangs inside the status": (say(b"HTTP/1.1 20", then_wait=True), "read_timeout"),
    "hangs inside the head": (answers.hang_inside_head, None),
    "drips the head": (answers.drip_head, None),
    "hangs inside the body": (answers.hang_inside_body, None),
    "drips the body": (answers.drip_body, None),
}  # fmt: skip


def test_whatever_hangs_ends_at_the_deadline_and_a_status_line_that_came_still_counts(
    wire: CurlAdapter, receiver: Receiver
) -> None:
    for number, (fault, (answer, _)) in enumerate(SLOW.items()):
        wire.start(a_post(receiver.plan(f"/{number}", answer)), f"lane-{number}", fault)
    began = time.monotonic()
    results = all_of(wire, len(SLOW))
    assert time.monotonic() - began < DEADLINE + 4
    seen = {fault: code_of(results[fault]) for fault in SLOW}
    assert seen == {fault: code for fault, (_, code) in SLOW.items()}
    for fault, (_, code) in SLOW.items():
        response, total_ms = results[fault].response, results[fault].timing.total_ms
        assert DEADLINE * 1000 - 20 <= total_ms <= DEADLINE * 1000 + 3000, fault
        assert (response is not None and response.status_code == 200) == (code is None), fault


ACKNOWLEDGED: dict[str, Answer] = {
    "103 first": answers.early_hints_then_ok,
    "102 and 100 first": say(b"HTTP/1.1 102 P\r\n\r\nHTTP/1.1 100 C\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n"),
    "promises more than it sends": answers.short_body,
    "no end": answers.endless_body,
    "a chunk that is none": say(OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    "two lengths": say(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    "a negative length": say(OK + b"Content-Length: -1\r\n\r\n"),
    "a NUL in a header": say(OK + b"X: a\x00b\r\nContent-Length: 0\r\n\r\n"),
    "a header that looks like a status": say(OK + b"HTTP/1.1 500 X: y\r\nContent-Length: 0\r\n\r\n"),
    "a trailer that looks like a status": say(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nHTTP/1.1 500 X: y\r\n\r\n"),
    "an encoding nobody knows": say(OK + b"Content-Encoding: unheard-of\r\nContent-Length: 1\r\n\r\nx"),
    "bytes beyond the end": say(OK + b"Content-Length: 1\r\n\r\nxHTTP/1.1 500 No\r\n\r\n"),
    "endless headers": answers.repeat(OK, b"X-Big: " + b"y" * 1000 + b"\r\n"),
    "an endless header": answers.repeat(OK + b"X: ", b"y" * 65536),
}


@pytest.mark.parametrize("oddity", ACKNOWLEDGED)
def test_a_2xx_status_line_acknowledges_whatever_comes_before_or_after(
    wire: CurlAdapter, receiver: Receiver, oddity: str
) -> None:
    sent = wire.send_one(a_post(receiver.plan("/", ACKNOWLEDGED[oddity])))
    assert sent.response is not None
    assert sent.response.status_code == 200
    assert len(sent.response.content) <= 16 * 1024
    assert len(sent.response.header_text) <= 17 * 1024
    assert len(receiver.requests()) == 1


def test_of_a_long_body_the_first_16_kib_are_kept_as_they_came(wire: CurlAdapter, receiver: Receiver) -> None:
    body = bytes(number % 256 for number in range(40_000))
    sent = wire.send_one(a_post(receiver.plan("/", respond(500, body=body))))
    assert sent.response is not None
    assert sent.response.content == body[: 16 * 1024]


def test_how_much_is_kept_is_a_setting(receiver: Receiver) -> None:
    for kept in (0, 5):
        with adapter(limits=TransportLimits(response_kept_bytes=kept, total_timeout=1)) as wire:
            sent = wire.send_one(a_post(receiver.plan("/", respond(200, body=b"0123456789"))))
            assert sent.response is not None
            assert sent.response.content == b"0123456789"[:kept]


def test_nothing_is_decompressed(wire: CurlAdapter, receiver: Receiver) -> None:
    bomb = gzip.compress(bytes(5_000_000))
    sent = wire.send_one(a_post(receiver.plan("/", respond(200, {"Content-Encoding": "gzip"}, bomb))))
    assert sent.response is not None
    assert sent.response.content == bomb[: 16 * 1024]
    assert receiver.requests()[0].header("Accept-Encoding") is None


def test_headers_come_back_as_received_without_loss(wire: CurlAdapter, receiver: Receiver) -> None:
    raw = OK + b"X-One: \xe9\xff\r\nx-two:  b  \r\nX-One: again\r\nContent-Length: 0\r\n\r\n"
    sent = wire.send_one(a_post(receiver.plan("/", say(raw))))
    assert sent.response is not None
    assert sent.response.header_text.encode("latin-1").split(b"\n")[:3] == [
        b"X-One: \xe9\xff",
        b"x-two:  b  ",
        b"X-One: again",
    ]
    assert sent.response.headers["X-TWO"] == "b"


def test_a_refused_connection_is_refused_at_once(wire: CurlAdapter) -> None:
    with answers.refused_port() as port:
        sent = wire.send_one(a_post(f"http://127.0.0.1:{port}/"))
    assert code_of(sent) == "connect_refused"
    assert sent.timing.total_ms < LIMITS.connect_timeout * 1000


def test_a_connection_that_nobody_accepts_ends_at_the_connect_timeout(wire: CurlAdapter) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        sent = wire.send_one(a_post(f"http://127.0.0.1:{full.getsockname()[1]}/"))
        for one in waiting:
            one.close()
    assert code_of(sent) == "connect_timeout"
    assert sent.timing.total_ms < DEADLINE * 1000 + 3000


def test_further_addresses_are_tried_within_the_same_deadline(receiver: Receiver) -> None:
    with adapter(resolver=lambda *_: ["127.0.0.9", "127.0.0.8", "127.0.0.1"]) as wire:
        sent = wire.send_one(a_post(f"http://x.test:{receiver.port}/"))
    assert (code_of(sent), sent.peer) == (None, f"127.0.0.1 port {receiver.port}")
    assert receiver.requests()[0].header("Host") == f"x.test:{receiver.port}"


def test_a_name_server_that_hangs_costs_its_own_attempts_the_deadline_and_others_nothing(receiver: Receiver) -> None:
    asked, hung = count(), threading.Event()

    def resolver(host: str, _port: int) -> list[str]:
        if host == "hangs.test":
            next(asked)
            hung.wait(10)
        return ["127.0.0.1"]

    with adapter(resolver=resolver) as wire:
        for number in range(20):
            wire.start(a_post(f"http://hangs.test:{receiver.port}/"), "slow", number)
        wire.start(a_post(f"http://quick.test:{receiver.port}/"), "quick", "quick")
        [(tag, quick)] = all_of(wire, 1).items()
        results = all_of(wire, 20)
        hung.set()
    assert (tag, code_of(quick)) == ("quick", None)
    assert {code_of(sent) for sent in results.values()} == {"dns_failed"}
    assert all(sent.timing.total_ms <= DEADLINE * 1000 + 3000 for sent in results.values())
    assert next(asked) == 1, "attempts for the same name share a lookup"
