"""Replays, step by step: what is sent again and what is not, at which pace, once whatever happens."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update

from models import PostbackReplay, now_ms, wall_ms
from postbacks import replays
from postbacks.reopening import reopen
from postbacks.replays import BANK_MS, DEBT_MS, allowance, used_up
from postbacks.transport import CurlAdapter
from tests.postbacks.pumping import posts, run
from tests.postbacks.replaying import (
    PERSON,
    alter,
    failed,
    finish,
    promised,
    replay_of,
    replay_row,
    skipped,
    step,
    waiting,
)
from tests.postbacks.tenant import Tenant
from tests.receiver import Receiver

NOW = 1_800_000_000_000


def change(tenant: Tenant, replay_id: str, **values: Any) -> None:
    with tenant.writing() as connection:
        connection.execute(update(PostbackReplay).where(PostbackReplay.id == replay_id).values(**values))


def test_a_step_makes_no_more_due_than_the_rate_allows_and_goes_on_where_it_stopped(tenant: Tenant) -> None:
    ids = failed(tenant, tenant.config(), 30)
    replay_id = replay_of(tenant, rate=40)
    at = now_ms()
    assert [step(tenant, replay_id, at + ahead) for ahead in (0, 0, 100, 600, 5_000)] == [11, 0, 4, 11, 4]
    row = replay_row(tenant, replay_id)
    assert (row.state, row.done, waiting(tenant)) == ("finished", 30, set(ids))
    assert abs(row.finished_ms - wall_ms()) < 10_000


@pytest.mark.parametrize(
    ("rate", "paced_ms", "allowed"),
    [
        (100, NOW, 0),
        (100, NOW - 10, 1),
        (100, NOW - 60_000, 26),
        (1000, NOW - 60_000, BANK_MS + 1),
        (1, NOW - 999, 0),
        (1, NOW - 60_000, 1),
        (3, NOW - 60_000, 1),
        (100, NOW + DEBT_MS, -1000),
        (100, NOW + 24 * 3_600_000, 26),
    ],
)
def test_how_many_may_become_due(rate: int, paced_ms: int, allowed: int) -> None:
    assert allowance(rate, paced_ms, NOW) == allowed


@pytest.mark.parametrize("rate", [1, 3, 7, 50, 333, 1000])
def test_in_the_long_run_the_rate_is_kept(rate: int) -> None:
    paced_ms, made = NOW, 0
    for now in range(NOW, NOW + 20_000, 130):
        count = max(0, allowance(rate, paced_ms, now))
        paced_ms, made = used_up(rate, paced_ms, count, now), made + count
    assert 0.93 * rate * 20 - 1 <= made <= rate * 20


def test_it_ends_and_what_fails_again_does_not_feed_it(tenant: Tenant) -> None:
    config_id = tenant.config()
    ids = failed(tenant, config_id, 3)
    replay_id = replay_of(tenant)
    later = failed(tenant, config_id, finished_ms=now_ms() + 1)
    assert sum(finish(tenant, replay_id)) == 3
    for one in ids:
        alter(tenant, one, state="failed", finished_ms=now_ms())
    assert step(tenant, replay_id, now_ms() + 60_000) == 0
    assert tenant.delivery(later[0]).state == "failed"


def test_what_a_person_retried_or_another_replay_sent_in_the_meantime_is_passed_over(tenant: Tenant) -> None:
    first, second, third = failed(tenant, tenant.config(), 3)
    mine, theirs = (replay_of(tenant) for _ in range(2))
    with tenant.writing() as connection:
        reopen(connection, first, "bob", now_ms())
    alter(tenant, first, state="failed", finished_ms=now_ms() + 5)
    assert sum(finish(tenant, mine)) == 2
    alter(tenant, second, state="delivered", finished_ms=now_ms() + 5)
    assert sum(finish(tenant, theirs)) == 0
    assert [tenant.delivery(one).replay_id for one in (first, second, third)] == [None, mine, mine]


def test_many_workers_take_a_step_once(tenant: Tenant) -> None:
    failed(tenant, tenant.config(), 40)
    replay_id, workers = replay_of(tenant, rate=40), 4
    row, at, barrier = replay_row(tenant, replay_id), now_ms(), Barrier(workers)

    def take(_number: int) -> int:
        barrier.wait()
        return replays.step(tenant.engine, row, at)

    with ThreadPoolExecutor(workers) as pool:
        assert sorted(pool.map(take, range(workers))) == [0, 0, 0, 11]
    assert (len(waiting(tenant)), replay_row(tenant, replay_id).done) == (11, 11)


@pytest.mark.parametrize("what", ["deliveries", "skipped"])
def test_overlapping_replays_at_the_same_time_send_everything_once(tenant: Tenant, what: str) -> None:
    config_id = tenant.config()
    of_what = {"status": "failed"} if what == "deliveries" else {"skipped": "inactive_config"}
    (failed(tenant, config_id, 60) if what == "deliveries" else skipped(tenant, 60))
    ids = [replay_of(tenant, rate=100, **of_what) for _ in range(3)]
    barrier = Barrier(len(ids))

    def go(replay_id: str) -> int:
        barrier.wait()
        return sum(finish(tenant, replay_id))

    with ThreadPoolExecutor(len(ids)) as pool:
        assert sum(pool.map(go, ids)) == 60
    assert len(waiting(tenant)) == 60
    assert len(set(promised(tenant))) == len(promised(tenant)) == 60


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_a_step_that_began_before_it_was_held_changes_nothing(tenant: Tenant, state: str) -> None:
    failed(tenant, tenant.config(), 5)
    replay_id = replay_of(tenant)
    row = replay_row(tenant, replay_id)
    change(tenant, replay_id, state=state)
    assert replays.step(tenant.engine, row, now_ms()) == 0
    assert (waiting(tenant), replay_row(tenant, replay_id).state) == (set(), state)
    with tenant.engine.connect() as connection:
        assert replays.running(connection) == []


def test_a_step_that_breaks_leaves_nothing_half_done(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(tenant, tenant.config(), 5)
    replay_id = replay_of(tenant)
    before = replay_row(tenant, replay_id)
    with monkeypatch.context() as patch:
        patch.setattr(replays, "_count", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            step(tenant, replay_id)
    assert (replay_row(tenant, replay_id), waiting(tenant)) == (before, set())
    assert sum(finish(tenant, replay_id)) == 5


def test_what_is_replayed_keeps_its_automatic_retries(tenant: Tenant, receiver: Receiver, wire: CurlAdapter) -> None:
    config_id = tenant.config(receiver.plan("/hook", 500, 500, 200), number_of_attempts=2, attempt_interval=0)
    [delivery_id] = failed(tenant, config_id, attempts_made=2, attempts_begun=2)
    replay_id = replay_of(tenant)
    finish(tenant, replay_id)
    run(tenant, wire)
    run(tenant, wire)
    row = tenant.delivery(delivery_id)
    assert (row.state, row.attempts_made, row.replay_id) == ("failed", 4, replay_id)
    assert [(one.trigger, one.number) for one in tenant.attempts(delivery_id)] == [(PERSON, 3), ("automatic", 4)]
    assert posts(receiver) == {delivery_id: 2}


class TestSkipped:
    """Events that became no delivery."""

    def test_each_goes_to_each_config_that_asks_for_it_now_once(self, tenant: Tenant) -> None:
        one, other = tenant.config(), tenant.config(on_create=False)
        created, updated = skipped(tenant), skipped(tenant, type="UPDATE")
        tenant.config(is_active=False)
        tenant.config(deleted_ts=1)
        tenant.config(resource="transaction")
        tenant.config(product_transaction_id="p")
        finish(tenant, replay_of(tenant, skipped="inactive_config"))
        assert promised(tenant) == sorted([(created[0], one), (updated[0], one), (updated[0], other)])
        assert sum(finish(tenant, replay_of(tenant, skipped="inactive_config"))) == 0
        late = tenant.config()
        assert sum(finish(tenant, replay_of(tenant, skipped="inactive_config", postback_config_id=late))) == 2

    def test_what_no_config_asked_for_is_sent_where_that_is_asked(self, tenant: Tenant) -> None:
        tenant.config()
        skipped(tenant, 2)
        skipped(tenant, 3, skipped_reason="no_config")
        assert sum(finish(tenant, replay_of(tenant, skipped="inactive_config"))) == 2
        assert sum(finish(tenant, replay_of(tenant, skipped="inactive_config,no_config"))) == 3

    def test_they_are_sent_as_new_deliveries_by_name(
        self, tenant: Tenant, receiver: Receiver, wire: CurlAdapter
    ) -> None:
        tenant.config(receiver.plan("/hook", 200))
        skipped(tenant, data='{"id":"7"}')
        finish(tenant, replay_of(tenant, skipped="inactive_config"))
        run(tenant, wire)
        [request] = receiver.requests()
        assert (request.number, request.data) == (1, {"id": "7"})
        assert [one.trigger for one in tenant.attempts(request.webhook_id)] == [PERSON]

    def test_deliveries_come_first_then_events(self, tenant: Tenant) -> None:
        failed(tenant, tenant.config(), 2)
        skipped(tenant, 3)
        assert finish(tenant, replay_of(tenant, status="failed", skipped="inactive_config"))[:2] == [2, 3]
