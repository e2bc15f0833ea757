"""The pump against a real receiver and a real store: what is due is sent once, fairly, and recorded."""

import threading
import time

import pytest
from cryptography.fernet import Fernet

from models import now_ms
from postbacks.easy import TransportLimits
from postbacks.encryption import Vault
from postbacks.pump import Tally
from postbacks.signing import new_secret, verify
from postbacks.transport import CurlAdapter
from tests import answers
from tests.answers import respond
from tests.postbacks.pumping import NobodyRings, never, posts, run
from tests.postbacks.sending import adapter
from tests.postbacks.tenant import Tenant
from tests.receiver import Receiver

PATIENT = TransportLimits(connect_timeout=2.0, total_timeout=2.5)


@pytest.fixture
def wire(unhurried_wire: CurlAdapter) -> CurlAdapter:
    return unhurried_wire


def test_with_nothing_due_it_ends_at_once(tenant: Tenant, wire: CurlAdapter) -> None:
    began = time.monotonic()
    assert run(tenant, wire) == Tally()
    assert time.monotonic() - began < 3


def test_what_is_due_is_delivered_once_signed_and_recorded(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    ids = tenant.deliveries(tenant.config(receiver.url("/hook")), 30, told='{"name":"é & 100%"}')
    assert run(tenant, wire) == Tally(delivered=30)
    assert posts(receiver) == dict.fromkeys(ids, 1)
    for request in receiver.requests():
        assert (request.type, request.number, request.data) == ("CREATE", 1, {"name": "é & 100%"})
        assert verify(tenant.secret, {name.lower(): value for name, value in request.headers}, request.body)
    assert tenant.states() == {"delivered": 30}
    [attempt] = tenant.attempts(ids[0])
    assert (attempt.state, attempt.status, attempt.url) == ("succeeded", 200, receiver.url("/hook"))
    assert attempt.started_ms > now_ms() - 60_000


def test_a_failure_is_tried_again_when_due_and_with_the_next_number(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    config = tenant.config(receiver.plan("/", 500, 404, 200))
    [delivery_id] = tenant.deliveries(config)
    assert run(tenant, wire) == Tally(failed=1)
    assert tenant.delivery(delivery_id).next_attempt_ms >= now_ms()
    assert run(tenant, wire) == Tally()
    time.sleep(1.05)
    run(tenant, wire)
    time.sleep(1.05)
    run(tenant, wire)
    assert [request.number for request in receiver.requests()] == [1, 2, 3]
    assert tenant.delivery(delivery_id).state == "delivered"
    assert [attempt.status for attempt in tenant.attempts(delivery_id)] == [500, 404, 200]


def test_a_config_that_was_closed_meanwhile_gets_nothing_more(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    inactive = tenant.config(receiver.url("/off"), is_active=False)
    deleted = tenant.config(receiver.url("/gone"), deleted_ts=1)
    ids = [*tenant.deliveries(inactive, 3), *tenant.deliveries(deleted, 3)]
    tenant.deliveries(tenant.config(receiver.url("/on")), 3)
    run(tenant, wire)
    assert posts(receiver).total() == len(receiver.requests("/on")) == 3
    for id_ in ids:
        assert (tenant.delivery(id_).state, tenant.delivery(id_).reason_code) == ("cancelled", "cancelled")
        assert tenant.attempts(id_) == []


@pytest.mark.parametrize(("granted", "state"), [(0, "failed"), (3, "delivered")])
def test_attempts_lowered_below_what_was_used_end_it_unless_more_were_granted(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver, granted: int, state: str
) -> None:
    config = tenant.config(receiver.url("/"), number_of_attempts=1)
    [delivery_id] = tenant.deliveries(config, attempts_made=2, attempts_granted=granted)
    run(tenant, wire)
    assert tenant.delivery(delivery_id).state == state
    assert len(receiver.requests()) == (1 if granted else 0)


def test_a_change_of_the_config_is_seen_by_the_next_attempt(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    config = tenant.config(receiver.url("/old"))
    pump = tenant.pump(wire)
    tenant.deliveries(config)
    pump.run(NobodyRings(), never)
    tenant.change(config, url=receiver.url("/new"), basic_auth_username="me")
    tenant.deliveries(config)
    pump.run(NobodyRings(), never)
    old, new = receiver.requests()
    assert (old.path, old.header("Authorization")) == ("/old", None)
    assert (new.path, new.header("Authorization")) == ("/new", "Basic bWU6")


def test_secrets_that_cannot_be_read_fail_their_own_deliveries_and_no_others(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    foreign = Vault([Fernet.generate_key().decode()]).encrypt(new_secret())
    locked = tenant.deliveries(tenant.config(receiver.url("/locked"), signing_secret=foreign), 5)
    tenant.deliveries(tenant.config(receiver.url("/open")), 5)
    assert run(tenant, wire) == Tally(delivered=5, failed=5)
    assert (len(receiver.requests("/locked")), len(receiver.requests("/open"))) == (0, 5)
    for id_ in locked:
        assert (tenant.delivery(id_).state, tenant.delivery(id_).reason_code) == ("waiting", "internal")


def test_receivers_that_hang_do_not_delay_one_that_answers(tenant: Tenant, receiver: Receiver) -> None:
    for number in range(5):
        tenant.deliveries(tenant.config(receiver.plan(f"/hang-{number}", answers.hang), number_of_attempts=1), 8)
    quick = tenant.config(receiver.url("/quick"))
    tenant.deliveries(quick, 100)
    with adapter(limits=PATIENT) as wire:
        pumping = threading.Thread(target=run, args=(tenant, wire), daemon=True)
        began = time.monotonic()
        pumping.start()
        arrived = receiver.wait_for(100, "/quick", within=15)
        assert arrived[-1].arrived - began < PATIENT.total_timeout
        pumping.join(30)
        assert not pumping.is_alive()
    assert tenant.states() == {"delivered": 100, "failed": 40}


def test_no_more_connections_at_once_than_a_config_may_use(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    tenant.deliveries(tenant.config(receiver.plan("/", respond(200, after=0.05))), 30)
    run(tenant, wire, connections_per_config=3)
    assert (receiver.connections, tenant.states()) == (3, {"delivered": 30})
