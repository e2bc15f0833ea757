"""Connections: kept alive within a lane, never shared between lanes, TLS by name, many at once, memory flat."""

import resource
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from postbacks.easy import TransportLimits
from postbacks.transport import CurlAdapter
from tests import answers
from tests.answers import OK, respond, say
from tests.certificates import DAY, Authority, new_authority, self_signed, tls
from tests.postbacks.sending import LIMITS, UNHURRIED, a_post, adapter, all_of, code_of
from tests.receiver import Receiver

LATE_MS = 3000


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return new_authority(tmp_path)


@contextmanager
def listening(context: ssl.SSLContext) -> Iterator[Receiver]:
    receiver = Receiver(context).start()
    try:
        yield receiver
    finally:
        receiver.stop()


def trusting(authority: Authority) -> TransportLimits:
    return replace(UNHURRIED, ca_bundle=authority.bundle)


def test_one_after_another_in_a_lane_share_a_connection(wire: CurlAdapter, receiver: Receiver) -> None:
    for path in ("/a", "/b", "/a?c"):
        sent = wire.send_one(a_post(receiver.url(path)), "lane")
        assert code_of(sent) is None
    assert receiver.connections == 1
    assert sent.timing.connect_ms is None


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "LOCALHOST", "localhost.", "2130706433", "0x7f.1", "127.1", "127.0.0.1.", "0177.0.0.1"],
)
def test_two_lanes_never_share_a_connection_however_the_host_is_spelled(receiver: Receiver, host: str) -> None:
    with adapter(resolver=lambda *_: ["127.0.0.1"]) as wire:
        for lane in ("one", "two", "one", "two"):
            assert code_of(wire.send_one(a_post(receiver.url(host=host)), lane)) is None
    used = [request.connection for request in receiver.requests()]
    assert (len(set(used)), used[0], used[1]) == (2, used[2], used[3])


def test_ipv6_in_any_spelling_keeps_lanes_apart() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    accepted: list[socket.socket] = []

    def serve() -> None:
        while len(accepted) < 2:
            accepted.append(listener.accept()[0])
            accepted[-1].recv(65536)
            accepted[-1].sendall(OK + b"Content-Length: 0\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listener, adapter() as wire:
        url = f"http://[0:0:0:0:0:0:0:1]:{listener.getsockname()[1]}/"
        assert [code_of(wire.send_one(a_post(url), lane)) for lane in ("one", "two")] == [None, None]
        thread.join(5)
    for one in accepted:
        one.close()
    assert len(accepted) == 2


def test_lanes_of_the_same_receiver_do_not_share_under_load(wire: CurlAdapter, receiver: Receiver) -> None:
    for number in range(200):
        lane = f"lane-{number % 5}"
        wire.start(a_post(receiver.url(f"/{lane}")), lane, number)
    all_of(wire, 200)
    lanes_of: dict[int, set[str]] = {}
    for request in receiver.requests():
        lanes_of.setdefault(request.connection, set()).add(request.path)
    assert all(len(paths) == 1 for paths in lanes_of.values())


@pytest.mark.parametrize("end", [say(), answers.reset], ids=["closed", "reset"])
def test_a_kept_alive_connection_that_dies_under_the_request_is_stale_and_not_posted_again(
    wire: CurlAdapter, receiver: Receiver, end: answers.Answer
) -> None:
    url = receiver.plan("/", 200, end)
    assert code_of(wire.send_one(a_post(url), "lane")) is None
    sent = wire.send_one(a_post(url), "lane")
    assert (sent.stale, sent.response) == (True, None)
    receiver.stays_at(2, during=0.2)
    again = wire.send_one(a_post(receiver.plan("/", 200)), "lane")
    assert (code_of(again), again.stale) == (None, False)


def test_a_connection_that_was_closed_while_idle_is_replaced_without_a_word(
    receiver: Receiver, wire: CurlAdapter
) -> None:
    url = receiver.plan("/", respond(200, last=True))
    for _ in range(3):
        sent = wire.send_one(a_post(url), "lane")
        assert (code_of(sent), sent.stale) == (None, False)
    assert receiver.connections == 3


def test_the_good_certificate_is_trusted_and_timed(authority: Authority) -> None:
    with listening(tls(authority.server())) as receiver, adapter(limits=trusting(authority)) as wire:
        first = wire.send_one(a_post(receiver.url("/hook")), "lane")
        second = wire.send_one(a_post(receiver.url("/hook")), "lane")
        assert (code_of(first), code_of(second), receiver.connections) == (None, None, 1)
        assert (first.timing.tls_ms is not None, second.timing.tls_ms) == (True, None)


def test_without_the_bundle_the_public_roots_decide(authority: Authority, wire: CurlAdapter) -> None:
    with listening(tls(authority.server())) as receiver:
        assert code_of(wire.send_one(a_post(receiver.url()))) == "tls_untrusted"
        assert receiver.requests() == []


def test_every_flaw_of_a_certificate_has_its_own_name(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    flaws = {
        "tls_expired": authority.server(valid_from=-3 * DAY, valid_to=-DAY),
        "tls_not_yet_valid": authority.server(valid_from=DAY, valid_to=3 * DAY),
        "tls_self_signed": self_signed(tmp_path),
        "tls_wrong_host": authority.server("receiver.test"),
        "tls_untrusted": new_authority(tmp_path / "other").server(),
    }
    for code, pem in flaws.items():
        with listening(tls(pem)) as receiver, adapter(limits=trusting(authority)) as wire:
            assert code_of(wire.send_one(a_post(receiver.url()))) == code
            assert receiver.requests() == []


def test_the_name_in_the_url_is_the_one_that_is_verified_not_the_address(authority: Authority) -> None:
    with listening(tls(authority.server("receiver.test"))) as receiver:
        with adapter(limits=trusting(authority), resolver=lambda *_: ["127.0.0.1"]) as wire:
            right = wire.send_one(a_post(receiver.url(host="receiver.test")))
            wrong = wire.send_one(a_post(receiver.url(host="other.test")))
        assert (code_of(right), code_of(wrong)) == (None, "tls_wrong_host")
        assert [request.header("Host") for request in receiver.requests()] == [f"receiver.test:{receiver.port}"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_1_1_is_not_spoken(authority: Authority) -> None:
    old = tls(authority.server())
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with listening(old) as receiver, adapter(limits=trusting(authority)) as wire:
        assert code_of(wire.send_one(a_post(receiver.url()))) == "tls_handshake"


def test_a_handshake_that_stalls_is_a_tls_timeout(wire: CurlAdapter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sent = wire.send_one(a_post(f"https://127.0.0.1:{silent.getsockname()[1]}/"))
    assert code_of(sent) == "tls_timeout"
    assert sent.timing.total_ms < LIMITS.total_timeout * 1000 + LATE_MS


def test_plain_http_behind_an_https_url_is_a_failed_handshake(wire: CurlAdapter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as speaking:
        answer = threading.Thread(target=_say_http, args=(speaking,), daemon=True)
        answer.start()
        assert code_of(wire.send_one(a_post(f"https://127.0.0.1:{speaking.getsockname()[1]}/"))) == "tls_handshake"
        answer.join(5)


def _say_http(listener: socket.socket) -> None:
    with listener.accept()[0] as connection:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        connection.recv(65536)


def test_two_hundred_at_once_are_all_in_the_air_together(receiver: Receiver) -> None:
    url = receiver.plan("/", respond(200, after=0.3))
    with adapter(limits=UNHURRIED) as wire:
        for number in range(200):
            wire.start(a_post(url), f"lane-{number}", number)
        assert wire.in_flight == 200
        results = all_of(wire, 200)
        assert wire.in_flight == 0
    assert {code_of(sent) for sent in results.values()} == {None}
    assert receiver.connections == 200


def test_memory_stays_flat_under_bodies_and_heads_that_never_end(
    receiver: Receiver, unhurried_wire: CurlAdapter
) -> None:
    endless = receiver.plan("/body", answers.endless_body)
    head = receiver.plan("/head", answers.repeat(OK, b"X-Big: " + b"y" * 1000 + b"\r\n"))

    def burst(size: int) -> None:
        for number in range(size):
            unhurried_wire.start(a_post(endless if number % 2 else head), f"lane-{number % 10}", number)
        assert {code_of(sent) for sent in all_of(unhurried_wire, size).values()} == {None}

    burst(40)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(4):
        burst(40)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024
