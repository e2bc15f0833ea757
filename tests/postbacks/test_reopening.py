"""What a person's statements change, and that they change nothing that is no longer as they take it to be."""

import pytest

from models import now_ms
from postbacks import reopening
from postbacks.reopening import cancel, reopen, send_now
from postbacks.transport import CurlAdapter
from tests.postbacks.pumping import run
from tests.postbacks.replaying import failed
from tests.postbacks.tenant import Tenant
from tests.receiver import Receiver

ACTS = {"reopen": reopen, "send_now": send_now, "cancel": cancel}


def act(tenant: Tenant, name: str, delivery_id: str) -> bool:
    with tenant.writing() as connection:
        return ACTS[name](connection, delivery_id, "ann", now_ms())


@pytest.mark.parametrize("state", ["failed", "cancelled", "delivered"])
def test_a_final_one_is_due_at_once_with_one_more_attempt(tenant: Tenant, state: str) -> None:
    [delivery_id] = failed(tenant, tenant.config(), state=state, attempts_made=3, interruptions=3)
    assert act(tenant, "reopen", delivery_id)
    row = tenant.delivery(delivery_id)
    assert (row.state, row.next_trigger, row.reason, row.reason_code) == ("waiting", "ann", "ann retried it.", None)
    assert (row.attempts_made, row.attempts_granted, row.interruptions, row.finished_ms) == (3, 4, 0, None)
    assert row.next_attempt_ms <= now_ms()


def test_attempts_granted_before_are_not_taken_away(tenant: Tenant) -> None:
    [delivery_id] = failed(tenant, tenant.config(), state="cancelled", attempts_made=2, attempts_granted=9)
    act(tenant, "reopen", delivery_id)
    assert tenant.delivery(delivery_id).attempts_granted == 9


@pytest.mark.parametrize(("ahead_ms", "sooner"), [(60_000, True), (-60_000, False)])
def test_a_waiting_one_is_sent_now_and_not_later_than_it_was_due(
    tenant: Tenant, ahead_ms: int, *, sooner: bool
) -> None:
    due_ms = now_ms() + ahead_ms
    [delivery_id] = tenant.deliveries(tenant.config(), next_attempt_ms=due_ms, attempts_made=5)
    assert act(tenant, "send_now", delivery_id)
    row = tenant.delivery(delivery_id)
    assert (row.state, row.next_trigger, row.attempts_granted) == ("waiting", "ann", 6)
    assert row.next_attempt_ms <= now_ms()
    assert (row.next_attempt_ms < due_ms) == sooner


def test_a_waiting_one_is_cancelled_by_name(tenant: Tenant) -> None:
    [delivery_id] = tenant.deliveries(tenant.config())
    assert act(tenant, "cancel", delivery_id)
    row = tenant.delivery(delivery_id)
    assert (row.state, row.reason_code, row.reason) == ("cancelled", "cancelled", "ann cancelled it.")
    assert (row.next_attempt_ms, row.finished_ms > 0) == (None, True)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("reopen", "waiting"),
        ("reopen", "sending"),
        *[
            (name, state)
            for name in ("send_now", "cancel")
            for state in ("sending", "failed", "delivered", "cancelled")
        ],
    ],
)
def test_in_another_state_nothing_changes(tenant: Tenant, name: str, state: str) -> None:
    [delivery_id] = tenant.deliveries(tenant.config(), state=state, lease_token="theirs")
    before = tenant.delivery(delivery_id)
    assert not act(tenant, name, delivery_id)
    assert tenant.delivery(delivery_id) == before


def test_who_asked_stands_in_the_attempt_and_only_in_the_one_asked_for(
    tenant: Tenant, receiver: Receiver, wire: CurlAdapter
) -> None:
    config_id = tenant.config(receiver.plan("/hook", 500, 200), number_of_attempts=1)
    [delivery_id] = tenant.deliveries(config_id)
    run(tenant, wire)
    act(tenant, "reopen", delivery_id)
    run(tenant, wire)
    assert [(one.trigger, one.number, one.state) for one in tenant.attempts(delivery_id)] == [
        ("automatic", 1, "failed"),
        ("ann", 2, "succeeded"),
    ]
    assert {one.webhook_id for one in receiver.requests()} == {delivery_id}
    assert tenant.delivery(delivery_id).next_trigger is None


class TestForReplay:
    """`reopen_for_replay`: many at once."""

    def reopened(self, tenant: Tenant, ids: list[str], finished_by_ms: int) -> int:
        with tenant.writing() as connection:
            return reopening.reopen_for_replay(
                connection, ids, replay_id="r", who="ann", finished_by_ms=finished_by_ms, now_ms=now_ms()
            )

    def test_the_configs_attempts_are_granted_afresh(self, tenant: Tenant) -> None:
        two, five = (tenant.config(number_of_attempts=number) for number in (2, 5))
        ids = [*failed(tenant, two, attempts_made=2), *failed(tenant, five, attempts_made=7)]
        more = failed(tenant, two, state="cancelled", attempts_made=1, attempts_granted=50)
        assert self.reopened(tenant, [*ids, *more], now_ms()) == 3
        assert [tenant.delivery(one).attempts_granted for one in (*ids, *more)] == [4, 12, 50]
        row = tenant.delivery(ids[0])
        assert (row.replay_id, row.next_trigger, row.reason) == ("r", "ann", "A replay by ann sends it again.")

    def test_what_ended_later_or_has_not_ended_is_left_alone(self, tenant: Tenant) -> None:
        config_id, asked_ms = tenant.config(), now_ms()
        ids = [
            *failed(tenant, config_id, finished_ms=asked_ms + 1),
            *tenant.deliveries(config_id, state="sending"),
            *tenant.deliveries(config_id, next_attempt_ms=asked_ms + 60_000),
        ]
        before = [tenant.delivery(one) for one in ids]
        assert self.reopened(tenant, ids, asked_ms) == 0
        assert [tenant.delivery(one) for one in ids] == before
