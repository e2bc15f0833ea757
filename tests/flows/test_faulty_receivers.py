"""Receivers that misbehave: each attempt ends in time and says why, and the worker lives."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import answers
from tests.answers import Answer
from tests.certificates import DAY, Authority, new_authority, self_signed, tls
from tests.flows.flow import Flow
from tests.receiver import Receiver

TOTAL_TIMEOUT = 2.0
FAULTS: dict[str, tuple[Answer, str, bool]] = {
    # path: (what it does, the reason, whether only the deadline ends it)
    "/hang": (answers.hang, "read_timeout", True),
    "/hang-inside-status-line": (answers.hang_inside_status_line, "read_timeout", True),
    "/endless-continue": (answers.endless_continue, "total_timeout", True),
    "/drip-failure": (answers.drip_failure, "http_status", True),
    "/reset": (answers.reset, "connection_lost", False),
    "/close": (answers.close, "no_response", False),
    "/garbage": (answers.garbage, "bad_response", False),
    "/http-0.9": (answers.say(b"<html>hello</html>"), "bad_response", False),
}
ACKNOWLEDGED = {
    "/hang-inside-head": answers.hang_inside_head,
    "/hang-inside-body": answers.hang_inside_body,
    "/drip-head": answers.drip_head,
    "/drip-body": answers.drip_body,
    "/short-body": answers.short_body,
    "/endless-body": answers.endless_body,
}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return new_authority(tmp_path)


@pytest.fixture
def changes(authority: Authority) -> dict[str, object]:
    return {"total_timeout": TOTAL_TIMEOUT, "connect_timeout": 1, "ca_bundle": authority.bundle}


def test_each_fault_is_named_and_ends_at_the_deadline(flow: Flow) -> None:
    for path, (answer, _, _) in FAULTS.items():
        flow.config(answer, path=path)
    flow.config(url="http://no-such-host.invalid/dns")
    with answers.refused_port() as refused, answers.full_port() as full, answers.silent_port() as silent:
        flow.config(url=f"http://127.0.0.1:{refused}/refused")
        flow.config(url=f"http://127.0.0.1:{full}/full")
        flow.config(url=f"https://127.0.0.1:{silent}/silent")
        worker = flow.processes.worker()
        flow.contact()
        assert flow.all_settled(len(FAULTS) + 4, within=15) == {"failed": len(FAULTS) + 4}
    reasons = {"/" + one["url"].rpartition("/")[2]: one for one in flow.deliveries()}
    expected = {path: reason for path, (_, reason, _) in FAULTS.items()}
    expected |= {
        "/refused": "connect_refused",
        "/full": "connect_timeout",
        "/silent": "tls_timeout",
        "/dns": "dns_failed",
    }
    assert {path: one["reason_code"] for path, one in reasons.items()} == expected

    for path, (_, _, at_the_deadline) in FAULTS.items():
        [attempt] = flow.shown(reasons[path]["id"])["attempts"]
        assert attempt["advice"], path
        assert attempt["duration_ms"] < (TOTAL_TIMEOUT + 1) * 1000, path
        assert (attempt["duration_ms"] >= TOTAL_TIMEOUT * 1000 - 10) == at_the_deadline, path
    assert worker.returncode is None


def test_a_kept_connection_that_falls_silent_is_a_read_timeout(flow: Flow) -> None:
    flow.config(200, answers.hang)
    flow.processes.worker()
    flow.contact()
    flow.all_settled(1)
    flow.contact()
    assert flow.all_settled(2) == {"delivered": 1, "failed": 1}
    assert flow.receiver.connections == 1
    assert flow.delivery(status="failed")["reason_code"] == "read_timeout"


def test_a_2xx_status_line_acknowledges_whatever_follows(flow: Flow) -> None:
    for path, answer in ACKNOWLEDGED.items():
        flow.config(answer, path=path, number_of_attempts=3)
    flow.processes.worker()
    began = time.monotonic()
    flow.contact()
    assert flow.all_settled(len(ACKNOWLEDGED), within=10) == {"delivered": len(ACKNOWLEDGED)}
    assert time.monotonic() - began < TOTAL_TIMEOUT + 3
    for one in flow.deliveries():
        [attempt] = flow.shown(one["id"])["attempts"]
        assert attempt["status"] == 200
        assert len(attempt["response_body"] or "") <= 16 * 1024
    flow.receiver.stays_at(len(ACKNOWLEDGED))


@pytest.fixture
def secure(authority: Authority, tmp_path: Path) -> Iterator[dict[str, Receiver]]:
    """Receivers that speak TLS; all but one have something wrong with their certificate."""
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    certificates = {
        "good": authority.server(),
        "tls_expired": authority.server(valid_from=-3 * DAY, valid_to=-DAY),
        "tls_not_yet_valid": authority.server(valid_from=DAY, valid_to=3 * DAY),
        "tls_wrong_host": authority.server("receiver.example"),
        "tls_untrusted": new_authority(stranger).server(),
        "tls_self_signed": self_signed(tmp_path),
    }
    with ExitStack() as stack:
        receivers = {name: Receiver(tls(pem)).start() for name, pem in certificates.items()}
        for one in receivers.values():
            stack.callback(one.stop)
        yield receivers


def test_tls_is_verified_and_what_is_wrong_is_named(flow: Flow, secure: dict[str, Receiver]) -> None:
    configs = {name: flow.config(url=one.url("/hook")) for name, one in secure.items()}
    configs["tls_handshake"] = flow.config(url=f"https://127.0.0.1:{flow.receiver.port}/no-tls")
    flow.processes.worker()
    flow.contact()
    assert flow.all_settled(len(configs)) == {"delivered": 1, "failed": len(configs) - 1}
    named = {name: flow.delivery(postback_config_id=config["id"])["reason_code"] for name, config in configs.items()}
    assert named == {name: None if name == "good" else name for name in configs}
    assert {name for name, one in secure.items() if one.requests()} == {"good"}


def test_a_target_that_became_forbidden_is_blocked_at_the_send(flow: Flow) -> None:
    flow.config(path="/allowed-when-saved")
    flow.processes.worker(allowed_networks="")
    flow.contact()
    delivery = flow.settled()
    assert (delivery["status"], delivery["reason_code"]) == ("failed", "blocked_target")
    assert flow.receiver.connections == 0
