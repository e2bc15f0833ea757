"""Receivers that misbehave, all at once, through a real worker: each attempt ends in time, says why and keeps no
secret, and the worker neither dies nor swells nor lets the others wait."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from extensions import db
from models import Attempt
from postbacks.message import basic_authorization
from tests import answers
from tests.flows.flow import Flow
from tests.hostility import Stage, hostile_receivers
from tests.processes import ProductProcess

TOTAL_TIMEOUT = 2.0
PASSWORD = "the-password/of+a&config"
KEPT = 16 * 1024
MOST_GROWTH = 20 * 1024 * 1024
one_store = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with hostile_receivers(tmp_path) as hostile:
        yield hostile


@pytest.fixture
def changes(stage: Stage) -> dict[str, object]:
    return {"total_timeout": TOTAL_TIMEOUT, "connect_timeout": 1, "ca_bundle": stage.authority.bundle}


def memory(process: ProductProcess) -> int:
    """Bytes that a process holds now."""
    resident = Path(f"/proc/{process.pid}/statm").read_text().split()[1]
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def attempts_of(flow: Flow) -> dict[str, list[dict[str, Any]]]:
    """The attempt log as it is stored, by config."""
    table = Attempt.__table__
    with flow.world.app.app_context():
        rows = [dict(row) for row in db.session.execute(select(table)).mappings()]
    by_delivery = {one["id"]: one["postback_config_id"] for one in flow.deliveries()}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(by_delivery.get(row["delivery_id"], ""), []).append(row)
    return found


@one_store
def test_whatever_receivers_do_is_named_bounded_and_told_without_secrets(flow: Flow, stage: Stage) -> None:
    healthy = flow.config(path="/healthy")
    worker = flow.processes.worker()
    flow.contacts(20)
    flow.all_settled(20)
    before = memory(worker)
    login = {"basic_auth_username": "merchant", "basic_auth_password": PASSWORD}
    configs = {name: flow.config(url=url, **login)["id"] for name, url in stage.urls.items()}

    flow.contact()
    flow.all_settled(20 + 1 + len(configs), within=TOTAL_TIMEOUT + 30)
    log = attempts_of(flow)
    _assert_named_in_time(stage, {name: log[config_id] for name, config_id in configs.items()})
    _assert_no_secret(flow, stage, configs, log)
    assert stage.canary.connections == 0

    flow.contact()  # everybody misbehaves once more, and who does not is served at once
    flow.receiver.wait_for(22, "/healthy", within=TOTAL_TIMEOUT)
    flow.all_settled(20 + 2 + 2 * len(configs), within=TOTAL_TIMEOUT + 30)
    assert flow.deliveries(postback_config_id=healthy["id"], status="failed") == []
    grown = memory(worker) - before
    assert grown <= MOST_GROWTH, f"{grown / 1024 / 1024:.1f} MB more"
    assert worker.returncode is None


def _assert_named_in_time(stage: Stage, log: dict[str, list[dict[str, Any]]]) -> None:
    seen = {name: [(row["state"], row["reason_code"], row["status"]) for row in rows] for name, rows in log.items()}
    assert seen == {
        name: [("failed" if case.code else "succeeded", case.code, case.status)] for name, case in stage.cases.items()
    }
    for name, [row] in log.items():
        assert row["duration_ms"] < (TOTAL_TIMEOUT + 3) * 1000, name
        assert (row["duration_ms"] >= TOTAL_TIMEOUT * 1000 - 20) == stage.cases[name].at_the_deadline, name
        assert row["reason"], name
        assert row["advice"] or stage.cases[name].code is None, name
        assert len(row["response_body"] or b"") <= KEPT, name
        assert len(row["response_headers"] or "") <= KEPT, name


def _assert_no_secret(flow: Flow, stage: Stage, configs: dict[str, str], log: dict[str, list[dict[str, Any]]]) -> None:
    stored = repr(log).replace("\\\\/", "/")  # as JSON may write a slash
    assert f"X-Echo-webhook-id: {stage.receiver.requests('/echo')[0].webhook_id}" in stored, "the echo is in the log"
    signatures = [str(one.header("webhook-signature"))[3:] for one in stage.receiver.requests()]
    signing = [flow.secrets[config_id].removeprefix("whsec_") for config_id in configs.values()]
    credentials = basic_authorization("merchant", PASSWORD).removeprefix("Basic ")
    told = {secret for secret in (PASSWORD, credentials, *signing, *signatures) if secret in stored}
    assert told == set()


@one_store
def test_a_kept_connection_that_falls_silent_is_a_read_timeout(flow: Flow) -> None:
    flow.config(200, answers.hang)
    flow.processes.worker()
    flow.contact()
    flow.all_settled(1)
    flow.contact()
    assert flow.all_settled(2) == {"delivered": 1, "failed": 1}
    assert flow.receiver.connections == 1
    assert flow.delivery(status="failed")["reason_code"] == "read_timeout"


@one_store
def test_an_answer_sent_ahead_does_not_acknowledge_the_next_postback(flow: Flow) -> None:
    told = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    flow.config(answers.keep_alive(told, told, apart=0.02), 500)
    flow.processes.worker()
    flow.contact()
    flow.all_settled(1)
    time.sleep(0.1)
    flow.contact()
    assert flow.all_settled(2) == {"delivered": 1, "failed": 1}
    assert flow.delivery(status="failed")["code"] == 500


@one_store
def test_a_target_that_became_forbidden_is_blocked_at_the_send(flow: Flow) -> None:
    flow.config(path="/allowed-when-saved")
    flow.processes.worker(allowed_networks="")
    flow.contact()
    delivery = flow.settled()
    assert (delivery["status"], delivery["reason_code"]) == ("failed", "blocked_target")
    assert flow.receiver.connections == 0
