"""What is written after attempts, and that nobody writes what is not theirs any more."""

from itertools import pairwise
from typing import Any

import pytest
from requests import PreparedRequest
from sqlalchemy import Row

from models import AttemptState, DeliveryState, now_ms
from postbacks import records
from postbacks.due import Claimed, due
from postbacks.outcome import outcome_of
from postbacks.records import APART_MS, MOST_REOPENED, Result, close_unsent, reopen_lapsed
from postbacks.retry import PARKED, Progress, decide
from postbacks.wire import CurlResponse, Failure, Sent, Timing
from tests.postbacks.tenant import Roomy, Tenant

STARTED = 1_700_000_000_000


def answered(status: int, body: bytes = b"\x00\xff body", *lines: bytes) -> Sent:
    response = CurlResponse(PreparedRequest(), status, b"\n".join(lines or (b"X-One: \xe9", b"x-two: 2")), body)
    return Sent(response=response, timing=Timing(1, 2, 3, 40), peer="127.0.0.1 port 80")


def result(claimed: Claimed, sent: Sent, allowed: int = 3, ended_ms: int = STARTED + 40) -> Result:
    outcome = outcome_of(sent, 0)
    decision = decide(Progress(claimed.attempts_made, claimed.interruptions, allowed, 60), outcome, ended_ms)
    return Result(claimed.id, claimed.sequence, STARTED, sent, "webhook-id: 1", outcome, decision)


def record(tenant: Tenant, results: list[Result], token: str = "mine") -> int:
    with tenant.writing() as connection:
        return records.record(connection, results, token, STARTED + 50)


def claimed_one(tenant: Tenant, lease_ms: int = 60_000, **fields: Any) -> Claimed:
    tenant.deliveries(tenant.config(), **fields)
    [claimed] = tenant.claim(lease_ms=lease_ms)
    return claimed


def test_a_success_closes_both_rows_with_all_that_is_known(tenant: Tenant) -> None:
    claimed = claimed_one(tenant, interruptions=2, attempts_made=1, next_trigger="Ann")
    assert record(tenant, [result(claimed, answered(204))]) == 1
    row = tenant.delivery(claimed.id)
    assert (row.state, row.attempts_made, row.interruptions, row.last_status) == ("delivered", 2, 0, 204)
    assert (row.next_attempt_ms, row.lease_token, row.lease_until_ms, row.next_trigger) == (None,) * 4
    assert (row.finished_ms, row.reason_code) == (STARTED + 50, None)
    [attempt] = tenant.attempts(claimed.id)
    assert (attempt.state, attempt.status, attempt.number, attempt.trigger) == ("succeeded", 204, 2, "Ann")
    assert (attempt.connect_ms, attempt.tls_ms, attempt.first_byte_ms, attempt.duration_ms) == (1, 2, 3, 40)
    assert (attempt.started_ms, attempt.peer, attempt.request_headers) == (
        STARTED,
        "127.0.0.1 port 80",
        "webhook-id: 1",
    )
    assert (attempt.response_headers, attempt.response_body) == ("X-One: é\nx-two: 2", b"\x00\xff body")


def test_a_failure_waits_for_its_next_attempt(tenant: Tenant) -> None:
    claimed = claimed_one(tenant)
    record(tenant, [result(claimed, answered(500))])
    row = tenant.delivery(claimed.id)
    assert (row.state, row.attempts_made, row.next_attempt_ms) == ("waiting", 1, STARTED + 40 + 60_000)
    assert (row.reason_code, row.last_status, row.finished_ms) == ("http_status", 500, None)


def test_the_last_failure_is_final_and_says_what_to_do(tenant: Tenant) -> None:
    last = claimed_one(tenant, attempts_made=2)
    record(tenant, [result(last, Sent(failure=Failure("connect_refused", "x")))])
    row = tenant.delivery(last.id)
    assert (row.state, row.attempts_made, row.next_attempt_ms) == ("failed", 3, None)
    [attempt] = tenant.attempts(last.id)
    assert (attempt.state, attempt.reason_code, attempt.status, attempt.response_body) == (
        "failed", "connect_refused", None, None,
    )  # fmt: skip
    assert attempt.advice


def test_hundreds_of_mixed_results_go_each_to_its_own_row(tenant: Tenant) -> None:
    tenant.deliveries(tenant.config(), 400)
    claimed = tenant.claim(room=400)
    statuses = {one.id: 200 + number % 400 for number, one in enumerate(claimed)}
    assert record(tenant, [result(one, answered(statuses[one.id])) for one in claimed]) == 400
    for one in claimed[::37]:
        assert tenant.delivery(one.id).last_status == statuses[one.id]
        assert [attempt.status for attempt in tenant.attempts(one.id)] == [statuses[one.id]]
    assert tenant.states() == {"delivered": 100, "waiting": 300}


def test_an_overlong_reason_is_cut_to_its_column(tenant: Tenant) -> None:
    claimed = claimed_one(tenant)
    record(tenant, [result(claimed, Sent(failure=Failure("blocked_target", "x" * 2000)))])
    assert len(tenant.delivery(claimed.id).reason) == len(tenant.attempts(claimed.id)[0].reason) == 512


def rows(tenant: Tenant, delivery_id: str) -> list[Row[Any]]:
    return [tenant.delivery(delivery_id), *tenant.attempts(delivery_id)]


def test_a_result_under_another_token_changes_nothing(tenant: Tenant) -> None:
    claimed = claimed_one(tenant, lease_ms=-1)
    with tenant.writing() as connection:
        reopen_lapsed(connection, now_ms())
    [again] = tenant.claim("theirs")
    before = rows(tenant, claimed.id)
    assert record(tenant, [result(claimed, answered(200))], "mine") == 0
    assert rows(tenant, claimed.id) == before
    assert record(tenant, [result(again, answered(200))], "theirs") == 1


def test_a_late_result_is_fenced_though_the_same_pump_claimed_the_delivery_again(tenant: Tenant) -> None:
    first = claimed_one(tenant, lease_ms=-1)
    with tenant.writing() as connection:
        reopen_lapsed(connection, now_ms())
    [second] = tenant.claim("mine")
    before = rows(tenant, first.id)
    assert record(tenant, [result(first, answered(500))], "mine") == 0
    assert rows(tenant, first.id) == before
    assert record(tenant, [result(second, answered(200))], "mine") == 1
    assert [attempt.state for attempt in tenant.attempts(first.id)] == ["interrupted", "succeeded"]


def test_a_result_after_the_lease_was_reopened_changes_nothing(tenant: Tenant) -> None:
    claimed = claimed_one(tenant, lease_ms=-1)
    with tenant.writing() as connection:
        reopen_lapsed(connection, now_ms())
    before = rows(tenant, claimed.id)
    assert record(tenant, [result(claimed, answered(200))]) == 0
    assert rows(tenant, claimed.id) == before


def test_nothing_to_record_is_nothing_recorded(tenant: Tenant) -> None:
    assert record(tenant, []) == 0


def test_a_lapsed_lease_interrupts_the_attempt_and_makes_the_delivery_due_at_once(tenant: Tenant) -> None:
    claimed = claimed_one(tenant, lease_ms=-1, attempts_made=1)
    now = now_ms()
    with tenant.writing() as connection:
        assert reopen_lapsed(connection, now) == 1
        assert reopen_lapsed(connection, now) == 0
    row = tenant.delivery(claimed.id)
    assert (row.state, row.attempts_made, row.interruptions, row.next_attempt_ms) == ("waiting", 1, 1, now)
    assert (row.lease_token, row.reason_code) == (None, "interrupted")
    [attempt] = tenant.attempts(claimed.id)
    assert (attempt.state, attempt.reason_code, attempt.status) == (AttemptState.INTERRUPTED, "interrupted", None)
    [again] = tenant.claim()
    assert (again.sequence, again.attempts_made) == (2, 1)


def test_the_third_interruption_in_a_row_parks_the_delivery(tenant: Tenant) -> None:
    delivery_id = claimed_one(tenant, lease_ms=-1).id
    for _ in range(2):
        with tenant.writing() as connection:
            reopen_lapsed(connection, now_ms())
        assert [one.id for one in tenant.claim(lease_ms=-1)] == [delivery_id]
    with tenant.writing() as connection:
        reopen_lapsed(connection, now_ms())
    row = tenant.delivery(delivery_id)
    assert (row.state, row.reason, row.reason_code, row.next_attempt_ms) == ("failed", PARKED, "interrupted", None)
    assert row.finished_ms is not None
    assert [attempt.number for attempt in tenant.attempts(delivery_id)] == [1, 1, 1]
    assert tenant.claim() == []


def test_who_died_in_company_is_not_parked_for_it_but_tried_alone(tenant: Tenant) -> None:
    """One of them may have killed three workers; the others only stood beside it, and may never have been sent."""
    ids = tenant.deliveries(tenant.config(), 4)
    for _ in range(5):
        die_with_what_is_due(tenant, now_ms() + 60_000)
    assert tenant.states() == {"waiting": 4}
    dues = sorted(tenant.delivery(id_).next_attempt_ms for id_ in ids)
    assert all(later - earlier == APART_MS for earlier, later in pairwise(dues))
    [alone] = [id_ for id_ in ids if tenant.delivery(id_).next_attempt_ms == dues[0]]
    die_with_what_is_due(tenant, dues[0])
    assert tenant.delivery(alone).reason == PARKED
    assert tenant.states() == {"failed": 1, "waiting": 3}


def die_with_what_is_due(tenant: Tenant, moment_ms: int) -> None:
    """A worker takes it and is never heard of again."""
    with tenant.writing() as connection:
        tenant.take(connection, due(connection, moment_ms, Roomy(16), None)[0], "dead", lease_ms=-1)
    with tenant.writing() as connection:
        reopen_lapsed(connection, now_ms())


def test_leases_that_still_run_are_left_alone(tenant: Tenant) -> None:
    claimed = claimed_one(tenant)
    before = rows(tenant, claimed.id)
    with tenant.writing() as connection:
        assert reopen_lapsed(connection, now_ms()) == 0
    assert rows(tenant, claimed.id) == before


def test_many_lapsed_leases_are_reopened_in_bounded_portions(tenant: Tenant) -> None:
    tenant.deliveries(tenant.config(), MOST_REOPENED + 10)
    tenant.claim(room=MOST_REOPENED + 10, lease_ms=-1)
    with tenant.writing() as connection:
        assert [reopen_lapsed(connection, now_ms()) for _ in range(3)] == [MOST_REOPENED, 10, 0]
    assert tenant.states() == {"waiting": MOST_REOPENED + 10}


@pytest.mark.parametrize(("state", "code"), [(DeliveryState.CANCELLED, "cancelled"), (DeliveryState.FAILED, None)])
def test_what_may_not_be_sent_any_more_ends_without_an_attempt(
    tenant: Tenant, state: DeliveryState, code: str | None
) -> None:
    first, second = tenant.deliveries(tenant.config(), 2)
    [claimed] = tenant.claim(room=1)
    waiting = second if claimed.id == first else first
    with tenant.writing() as connection:
        close_unsent(connection, [waiting, claimed.id, "unknown"], state, "Why.", 42)
        close_unsent(connection, [], state, "Why.", 42)
    row = tenant.delivery(waiting)
    assert (row.state, row.reason, row.reason_code, row.finished_ms) == (state, "Why.", code, 42)
    assert row.next_attempt_ms is None
    assert tenant.attempts(waiting) == []
    assert tenant.delivery(claimed.id).state == "sending"
