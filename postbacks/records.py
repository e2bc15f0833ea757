"""Records: write what attempts came to, many in a few statements, and reopen what dead workers left.

Every write is fenced by the lease token: a result that comes after its lease lapsed changes nothing, because
the delivery is somebody else's by then and its attempt is already marked interrupted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from failpoints import Place, failpoint
from models import Attempt, AttemptState, Delivery, DeliveryState
from postbacks import bulk
from postbacks.outcome import INTERRUPTED, Outcome
from postbacks.retry import MOST_INTERRUPTIONS, Decision, Progress, decide
from postbacks.wire import Sent

MOST_REOPENED = 500
APART_MS = 1000
LONGEST_SENTENCE = 512


@dataclass(slots=True)
class Result:
    """One attempt that ended: what it was, what came back, and what follows from it."""

    delivery_id: str
    sequence: int
    started_ms: int
    sent: Sent
    request_headers: str
    outcome: Outcome
    decision: Decision
    claimed_at: float = 0.0
    """Monotonic seconds."""


def record(connection: Connection, results: Sequence[Result], token: str, now_ms: int) -> int:
    """Close these attempts and move their deliveries on; how many were still under this token's lease."""
    if not results:
        return 0
    held = bulk.move_deliveries(connection, [_moved(result, token, now_ms) for result in results])
    bulk.close_attempts(connection, [_closed(result) for result in results])
    failpoint(Place.RECORD_WRITTEN)
    return held


def _moved(result: Result, token: str, now_ms: int) -> tuple[Any, ...]:
    """A delivery's next values, in the order of `bulk.MOVED` and `bulk.MOVED_KEY`."""
    decision, outcome = result.decision, result.outcome
    return (
        decision.state.value,
        decision.attempts_made,
        decision.interruptions,
        decision.next_attempt_ms,
        outcome.status,
        outcome.code,
        decision.reason[:LONGEST_SENTENCE],
        now_ms if decision.next_attempt_ms is None else None,
        result.delivery_id,
        result.sequence,
        token,
    )


def _closed(result: Result) -> tuple[Any, ...]:
    """An attempt's last values, in the order of `bulk.CLOSED` and `bulk.CLOSED_KEY`."""
    sent, outcome, response = result.sent, result.outcome, result.sent.response
    return (
        result.decision.attempt_state.value,
        result.started_ms,
        sent.timing.connect_ms,
        sent.timing.tls_ms,
        sent.timing.first_byte_ms,
        sent.timing.total_ms,
        sent.peer,
        outcome.status,
        result.request_headers,
        response.header_text if response is not None else None,
        response.content if response is not None else None,
        outcome.code,
        outcome.reason[:LONGEST_SENTENCE],
        outcome.advice,
        result.delivery_id,
        result.sequence,
        bulk.SENDING,
    )


def reopen_lapsed(connection: Connection, now_ms: int) -> int:
    """Take back what lies under a lapsed lease: its attempt is interrupted, it is due again. Returns how many.

    Run by any process at any time; two at once do no harm. What would be parked is so only if it was claimed alone.
    In company any of them may have killed the worker: they are tried again a while apart, so that it shows which.
    """
    lapsed = connection.execute(
        select(
            Delivery.id,
            Delivery.attempts_begun,
            Delivery.attempts_made,
            Delivery.interruptions,
            Delivery.lease_token,
            Delivery.lease_until_ms,
        )
        .where(Delivery.state == DeliveryState.SENDING.value, Delivery.lease_until_ms <= now_ms)
        .order_by(Delivery.lease_until_ms)
        .limit(MOST_REOPENED)
        .with_for_update(skip_locked=True)
    ).all()
    claimed_together = Counter((row.lease_token, row.lease_until_ms) for row in lapsed)
    due_ms = now_ms
    for id_, sequence, made, interruptions, token, until_ms in lapsed:
        progress = Progress(made, interruptions, made + 1, 0)
        if interruptions >= MOST_INTERRUPTIONS - 1 and claimed_together[token, until_ms] > 1:
            decision = decide(progress._replace(interruptions=MOST_INTERRUPTIONS - 2), INTERRUPTED, due_ms)
            due_ms += APART_MS
        else:
            decision = decide(progress, INTERRUPTED, now_ms)
        result = Result(id_, sequence, now_ms, Sent(), "", INTERRUPTED, decision)
        bulk.move_deliveries(connection, [_moved(result, token or "", now_ms)])
        connection.execute(
            update(Attempt)
            .where(
                Attempt.delivery_id == id_,
                Attempt.sequence == sequence,
                Attempt.state == AttemptState.SENDING.value,
            )
            .values(
                state=AttemptState.INTERRUPTED.value,
                reason_code=INTERRUPTED.code,
                reason=INTERRUPTED.reason,
                advice=INTERRUPTED.advice,
            )
        )
    return len(lapsed)


def close_unsent(connection: Connection, ids: Sequence[str], state: DeliveryState, reason: str, now_ms: int) -> None:
    """End deliveries that may not be sent any more, without an attempt."""
    if not ids:
        return
    connection.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.WAITING.value)
        .values(
            state=state.value,
            next_attempt_ms=None,
            finished_ms=now_ms,
            reason_code="cancelled" if state is DeliveryState.CANCELLED else None,
            reason=reason,
        )
    )
