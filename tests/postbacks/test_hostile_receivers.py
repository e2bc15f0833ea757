"""Every hostile receiver at once against the wire: in time, named, bounded, and nothing told that is secret."""

import time
from base64 import b64encode
from collections.abc import Iterator

import pytest

from postbacks.easy import TransportLimits
from postbacks.masking import secrets_of
from postbacks.message import basic_authorization, signed_request
from postbacks.outcome import Outcome, outcome_of
from postbacks.transport import CurlAdapter
from postbacks.wire import Sent
from tests.hostility import Stage, hostile_receivers
from tests.postbacks.sending import BODY, a_post, adapter, code_of
from tests.receiver import Receiver

DEADLINE = 3.0
USER, PASSWORD = "merchant", 'p&ss/w"ord-é-98765'
KEY = b"0123456789abcdef0123456789abcdef"
AUTHORIZATION = basic_authorization(USER, PASSWORD)
SECRETS = secrets_of((AUTHORIZATION.removeprefix("Basic "), PASSWORD, b64encode(KEY).decode()))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with hostile_receivers(tmp_path_factory.mktemp("certificates")) as hostile:
        yield hostile


@pytest.fixture(scope="module")
def ended(stage: Stage) -> dict[str, tuple[Sent, Outcome, float]]:
    """What became of one attempt at each of them, all in the air together, and how many seconds it took."""
    limits = TransportLimits(connect_timeout=2.0, total_timeout=DEADLINE, ca_bundle=stage.authority.bundle)
    with adapter(limits=limits) as wire:
        began = time.monotonic()
        for name, url in stage.urls.items():
            lines = (f"Authorization: {AUTHORIZATION}",)
            request = signed_request(url, lines, BODY, message_id=name, keys=[KEY], timestamp=1, secrets=SECRETS)
            wire.start(request, f"lane-{name}", name)
        results: dict[str, tuple[Sent, Outcome, float]] = {}
        while len(results) < len(stage.urls):
            for tag, sent in wire.poll(0.05):
                results[str(tag)] = (sent, outcome_of(sent, time.time()), time.monotonic() - began)
            assert time.monotonic() - began < DEADLINE + 5, sorted(set(stage.urls) - set(results))
    return results


Ended = dict[str, tuple[Sent, Outcome, float]]


def test_each_is_named_for_what_it_did(stage: Stage, ended: Ended) -> None:
    assert len(stage.cases) >= 34
    seen = {name: (outcome.code, outcome.status) for name, (_, outcome, _) in ended.items()}
    assert seen == {name: (case.code, case.status) for name, case in stage.cases.items()}
    assert all(outcome.delivered == (outcome.code is None) for _, outcome, _ in ended.values())


def test_each_ends_in_time_and_only_those_that_hang_need_the_deadline(stage: Stage, ended: Ended) -> None:
    assert {name: took for name, (_, _, took) in ended.items() if took > DEADLINE + 1} == {}
    hung = {name for name, (sent, _, _) in ended.items() if sent.timing.total_ms >= DEADLINE * 1000 - 20}
    assert hung == {name for name, case in stage.cases.items() if case.at_the_deadline}


def test_whoever_failed_is_told_why_and_what_to_do(ended: Ended) -> None:
    for name, (sent, outcome, _) in ended.items():
        assert outcome.reason.endswith("."), name
        if not outcome.delivered or sent.unfinished:
            assert outcome.advice, name
            assert outcome.advice.endswith("."), name


def test_a_status_line_that_stands_says_what_became_of_the_rest(ended: Ended) -> None:
    unfinished = {name: sent.unfinished for name, (sent, _, _) in ended.items()}
    assert unfinished["drip-body"] == unfinished["hang-inside-head"] == "total_timeout"
    assert unfinished["reset-inside-body"] == unfinished["too-long-a-length"] == "connection_lost"
    assert unfinished["chunk-that-is-none"]
    assert unfinished["endless-body"] is unfinished["103-then-200"] is unfinished["close"] is None
    assert "did not finish" in ended["drip-body"][1].reason
    assert "broke off" in ended["reset-inside-body"][1].reason


def test_of_what_they_say_only_so_much_is_kept_and_it_can_be_stored(ended: Ended) -> None:
    for name, (sent, _, _) in ended.items():
        if sent.response is not None:
            assert len(sent.response.content) <= 16 * 1024, name
            assert len(sent.response.header_text) <= 16 * 1024, name
            assert "\x00" not in sent.response.header_text, name
    assert ended["gzip-bomb"][0].response.content[:2] == b"\x1f\x8b", "as it came, never decompressed"  # type: ignore[union-attr]


def test_what_they_echo_of_our_secrets_is_masked(stage: Stage, ended: Ended) -> None:
    [request] = stage.receiver.requests("/echo")
    signed = str(request.header("webhook-signature"))[3:]
    for name in ("echo", "echo-failing"):
        response = ended[name][0].response
        assert response is not None
        stored = (response.head + b"\n" + response.content).replace(b"\\/", b"/")
        assert stored.count(b"***") >= 6, stored
        assert f"webhook-id: {name}".encode() in stored, "what is no secret stays"
        for secret in (AUTHORIZATION[6:], PASSWORD, "98765", signed, signed[:20]):
            assert secret.encode() not in stored, secret


def test_no_redirect_is_followed_and_nothing_is_posted_twice(stage: Stage, ended: Ended) -> None:
    assert stage.canary.connections == 0
    posts = {path: len(stage.receiver.requests(f"/{path}")) for path in stage.urls}
    assert set(posts.values()) <= {0, 1}
    assert all(posts[name] == 1 for name in stage.urls if name.startswith("redirect-"))


def test_the_next_attempt_does_not_feel_what_the_last_receiver_did(
    stage: Stage, receiver: Receiver, wire: CurlAdapter
) -> None:
    """The handles and connections that a hostile answer went through serve whoever comes next."""
    for name, url in stage.urls.items():
        if not stage.cases[name].at_the_deadline:
            wire.send_one(a_post(url), "lane")
            began = time.monotonic()
            assert code_of(wire.send_one(a_post(receiver.url(f"/{name}")), "lane")) is None
            assert time.monotonic() - began < 1, name
    requests = receiver.requests()
    assert {(request.headers, request.body) for request in requests} == {(requests[0].headers, BODY)}
