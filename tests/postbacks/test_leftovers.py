"""What a receiver sends beyond its answer is nobody's answer: the next attempt never sees it."""

import time
from pathlib import Path

import pytest

from postbacks.easy import TransportLimits
from postbacks.transport import CurlAdapter
from tests.answers import OK, Answer, keep_alive, respond
from tests.certificates import new_authority, tls
from tests.postbacks.sending import a_post, adapter, code_of
from tests.receiver import Receiver


@pytest.fixture
def wire(unhurried_wire: CurlAdapter) -> CurlAdapter:
    return unhurried_wire


FORGED = OK + b"Content-Length: 6\r\n\r\nforged"
WHOLE = OK + b"Content-Length: 2\r\n\r\nok"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
LEFT_BEHIND: dict[str, Answer] = {
    "at once, after a length": keep_alive(WHOLE + FORGED),
    "at once, after chunks": keep_alive(CHUNKED + FORGED),
    "at once, after 204": keep_alive(b"HTTP/1.1 204 No Content\r\n\r\n" + FORGED),
    "at once, after 304": keep_alive(b"HTTP/1.1 304 Not Modified\r\n\r\n" + FORGED),
    "at once, and more than a read takes": keep_alive(CHUNKED + b"z" * 70_000 + FORGED * 2000),
    "later, after a length": keep_alive(WHOLE, FORGED, apart=0.05),
    "later, after chunks": keep_alive(CHUNKED, FORGED, apart=0.05),
    "later, after 204": keep_alive(b"HTTP/1.1 204 No Content\r\n\r\n", FORGED, apart=0.05),
    "later, the body of a 204": keep_alive(
        b"HTTP/1.1 204 No Content\r\nContent-Length: 79\r\n\r\n", FORGED, apart=0.05
    ),
    "later, half a status line": keep_alive(WHOLE, b"HTTP/1.1 20", apart=0.05),
    "later, a single byte": keep_alive(WHOLE, b"\n", apart=0.05),
    "later, an early hint": keep_alive(WHOLE, b"HTTP/1.1 103 E\r\n\r\n", apart=0.05),
}


def not_taken(wire: CurlAdapter, receiver: Receiver) -> dict[str, tuple[object, ...]]:
    """Let each answer leave something behind and send again, past it; what then was wrong."""
    truth = respond(500, body=b"truth")
    urls = {
        name: receiver.plan(f"/{number}", answer, truth) for number, (name, answer) in enumerate(LEFT_BEHIND.items())
    }
    for name, url in urls.items():
        assert wire.send_one(a_post(url), name).response is not None
    time.sleep(0.15)
    seen = {}
    for name, url in urls.items():
        sent = wire.send_one(a_post(url), name)
        content = sent.response.content if sent.response is not None else None
        seen[name] = (code_of(sent), sent.stale, content)
    return {name: one for name, one in seen.items() if one != (None, False, b"truth")}


def test_what_was_left_on_a_kept_connection_is_not_taken_for_the_next_answer(
    wire: CurlAdapter, receiver: Receiver
) -> None:
    assert not_taken(wire, receiver) == {}
    assert len(receiver.requests()) == 2 * len(LEFT_BEHIND), "and nothing was posted twice"


def test_nor_is_it_over_tls(tmp_path: Path) -> None:
    authority = new_authority(tmp_path)
    receiver = Receiver(tls(authority.server())).start()
    limits = TransportLimits(connect_timeout=2, total_timeout=3, ca_bundle=authority.bundle)
    try:
        with adapter(limits=limits) as wire:
            assert not_taken(wire, receiver) == {}
            url = receiver.plan("/quiet", 200)
            before = receiver.connections
            assert [code_of(wire.send_one(a_post(url), "quiet")) for _ in range(5)] == [None] * 5
        assert receiver.connections == before + 1, "what is quiet is kept"
    finally:
        receiver.stop()


def test_a_connection_that_was_closed_a_moment_ago_costs_no_attempt(wire: CurlAdapter, receiver: Receiver) -> None:
    url = receiver.plan("/", keep_alive(WHOLE, then_close=True))
    for _ in range(3):
        sent = wire.send_one(a_post(url), "lane")
        assert (code_of(sent), sent.stale) == (None, False)
        time.sleep(0.05)
    assert (receiver.connections, len(receiver.requests())) == (3, 3)


@pytest.mark.parametrize("apart", [0.0, 0.05])
def test_nothing_of_one_answer_is_remembered_for_the_next_request(
    wire: CurlAdapter, receiver: Receiver, apart: float
) -> None:
    sticky = {
        "Set-Cookie": "a=b", "Alt-Svc": 'h3=":443"', "Strict-Transport-Security": "max-age=9999",
        "WWW-Authenticate": "Basic realm=x", "Location": "/elsewhere", "Refresh": "0; url=/elsewhere",
        "Link": "</elsewhere>; rel=preload", "Content-Encoding": "gzip",
    }  # fmt: skip
    url = receiver.plan("/", respond(401, sticky), 200)
    for _ in range(2):
        wire.send_one(a_post(url), "lane")
        time.sleep(apart)
    first, second = receiver.requests()
    assert (first.head, first.connection) == (second.head, second.connection)
