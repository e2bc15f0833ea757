"""The sweep: what lies under lapsed leases is due again, what is due is rung for, and it knows when to look again."""

import threading
import time

import pytest
from flask import Flask

from jobs.queue import QUEUE_NAME, WAKE_KEY
from jobs.sweep import CADENCE, sweep, sweep_until
from models import now_ms
from postbacks.records import MOST_REOPENED
from tests.postbacks.tenant import Tenant
from tests.valkey import Valkey


def rung(valkey: Valkey) -> int:
    with valkey.client() as client:
        return int(str(client.llen(f"rq:queue:{QUEUE_NAME}")))


def test_with_nothing_to_do_it_looks_again_after_its_cadence(tenant: Tenant, valkey: Valkey) -> None:
    assert sweep() == CADENCE
    tenant.deliveries(tenant.config(), state="delivered", next_attempt_ms=None)
    assert (sweep(), rung(valkey)) == (CADENCE, 0)


@pytest.mark.parametrize(("ahead_ms", "least", "most"), [(300, 0.05, 0.3), (900, 0.5, 0.9), (60_000, 1.0, 1.0)])
def test_it_looks_again_when_the_next_falls_due_and_rings_for_nothing_yet(
    tenant: Tenant, valkey: Valkey, ahead_ms: int, least: float, most: float
) -> None:
    tenant.deliveries(tenant.config(), next_attempt_ms=now_ms() + ahead_ms)
    assert least <= sweep() <= most
    assert rung(valkey) == 0


def test_what_is_due_is_rung_for(tenant: Tenant, valkey: Valkey) -> None:
    tenant.deliveries(tenant.config(), next_attempt_ms=now_ms() - 10)
    assert 0 < sweep() <= CADENCE
    assert rung(valkey) == 1
    sweep()
    assert rung(valkey) == 1


def test_what_is_long_due_is_rung_for_though_a_wake_seems_to_be_under_way(tenant: Tenant, valkey: Valkey) -> None:
    with valkey.client() as client:
        client.set(WAKE_KEY, 1, ex=60)
    tenant.deliveries(tenant.config(), next_attempt_ms=now_ms() - 5000)
    sweep()
    assert rung(valkey) == 1


def test_a_lapsed_lease_is_reopened_and_rung_for(tenant: Tenant, valkey: Valkey) -> None:
    [delivery_id] = tenant.deliveries(tenant.config())
    tenant.claim(lease_ms=-1)
    sweep()
    row = tenant.delivery(delivery_id)
    assert (row.state, row.interruptions, rung(valkey)) == ("waiting", 1, 1)


def test_a_lease_that_runs_is_left_alone(tenant: Tenant, valkey: Valkey) -> None:
    tenant.deliveries(tenant.config())
    tenant.claim()
    assert (sweep(), tenant.states(), rung(valkey)) == (CADENCE, {"sending": 1}, 0)


def test_without_redis_it_sweeps_all_the_same(tenant: Tenant, valkey: Valkey) -> None:
    valkey.kill()
    tenant.deliveries(tenant.config())
    tenant.claim(lease_ms=-1)
    assert sweep() <= CADENCE
    assert tenant.states() == {"waiting": 1}


def test_it_goes_on_until_it_is_stopped_and_outlives_a_database_that_is_away(
    tenant: Tenant, app: Flask, valkey: Valkey
) -> None:
    with tenant.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE deliveries RENAME TO away")
    stopped = threading.Event()
    sweeping = threading.Thread(target=sweep_until, args=(stopped, app), daemon=True)
    sweeping.start()
    time.sleep(0.3)
    with tenant.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO deliveries")
    tenant.deliveries(tenant.config())
    deadline = time.monotonic() + 15
    while not rung(valkey) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert rung(valkey) >= 1
    stopped.set()
    sweeping.join(3)
    assert not sweeping.is_alive()


def test_more_lapsed_leases_than_one_transaction_reopens_are_all_reopened(tenant: Tenant) -> None:
    tenant.deliveries(tenant.config(), MOST_REOPENED + 20, state="sending", lease_token="dead", lease_until_ms=1)
    sweep()
    assert tenant.states() == {"waiting": MOST_REOPENED + 20}
