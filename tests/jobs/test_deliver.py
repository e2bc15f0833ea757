"""The deliver job: one pump a worker, made of the settings."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from jobs import deliver as job
from jobs.stopping import stop_requested
from postbacks.outcome import INTERRUPTED
from postbacks.records import Result
from postbacks.retry import Progress, decide
from postbacks.wire import Sent
from tests.postbacks.tenant import Tenant
from tests.receiver import Receiver


@pytest.fixture(autouse=True)
def without_lingering(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(job, "LINGER_SECONDS", 0.0)
    yield
    job.pump().adapter.close()


def test_it_delivers_what_is_due_and_says_a_word(tenant: Tenant, receiver: Receiver) -> None:
    tenant.deliveries(tenant.config(receiver.url("/hook")), 5)
    assert job.deliver() == "pumped"
    assert len(receiver.requests("/hook")) == 5
    assert tenant.states() == {"delivered": 5}


def test_the_pump_and_its_connections_stay_for_the_next_job(tenant: Tenant, receiver: Receiver) -> None:
    config = tenant.config(receiver.url("/hook"))
    first = job.pump()
    for _ in range(3):
        tenant.deliveries(config)
        job.deliver()
    assert job.pump() is first
    assert receiver.connections == 1


def test_a_pump_that_broke_is_not_used_again(tenant: Tenant, receiver: Receiver) -> None:
    unstorable: Any = object()
    decision = decide(Progress(0, 0, 1, 1), INTERRUPTED, 0)
    job.pump()._results.append(Result("nobody", 1, unstorable, Sent(), "", INTERRUPTED, decision))
    tenant.deliveries(tenant.config(receiver.url("/hook")), 3)
    with pytest.raises(Exception, match="object"):
        job.deliver()
    assert job.deliver() == "pumped"
    assert tenant.states() == {"delivered": 3}


def test_limits_and_targets_are_those_of_the_settings(tenant: Tenant) -> None:
    pump = job.pump()
    assert (pump.total_timeout, pump.connections_per_config) == (3, 8)
    [delivery_id] = tenant.deliveries(tenant.config("http://10.0.0.1/"))
    job.deliver()
    assert tenant.delivery(delivery_id).reason_code == "blocked_target"


def test_asked_to_stop_it_claims_nothing_that_it_would_not_send(tenant: Tenant, receiver: Receiver) -> None:
    tenant.deliveries(tenant.config(receiver.url("/hook")), 20)
    stop_requested.set()
    try:
        job.deliver()
    finally:
        stop_requested.clear()
    assert "sending" not in tenant.states()
    assert tenant.states()["delivered"] == len(receiver.requests())
