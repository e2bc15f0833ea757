"""Records: write what attempts came to, many in a few statements, and reopen what dead workers left.

Every write is fenced by the lease token: a result that comes after its lease lapsed changes nothing, because
the delivery is somebody else's by then and its attempt is already marked interrupted.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, select, update

from failpoints import Place, failpoint
from models import Attempt, AttemptState, Delivery, DeliveryState
from postbacks import bulk
from postbacks.among import among, id_list
from postbacks.outcome import INTERRUPTED, Outcome
from postbacks.retry import MOST_INTERRUPTIONS, Decision, Progress, decide
from postbacks.wire import Sent

MOST_REOPENED = 500
APART_MS = 1000
LONGEST_SENTENCE = 512


@dataclass(frozen=True, slots=True)
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


@cache
def _moving(store: str) -> Update:
    """Fenced by the token and, because a pump may come to claim a delivery again, by the attempt's number."""
    held = (Delivery.lease_token == bindparam("held_token"), Delivery.attempts_begun == bindparam("held_sequence"))
    return update(Delivery).where(among(Delivery.id, store), *held)


def record(connection: Connection, results: Sequence[Result], token: str, now_ms: int) -> int:
    """Close these attempts and move their deliveries on; how many were still under this token's lease."""
    if not results:
        return 0
    held = _move_on(connection, results, token, now_ms)
    bulk.close_attempts(connection, [_closed(result) for result in results])
    failpoint(Place.RECORD_WRITTEN)
    return held


def _move_on(connection: Connection, results: Sequence[Result], token: str, now_ms: int) -> int:
    alike: defaultdict[tuple[tuple[str, Any], ...], list[str]] = defaultdict(list)
    for result in results:
        values = {**_delivery_values(result, now_ms), "held_sequence": result.sequence}
        alike[tuple(values.items())].append(result.delivery_id)
    store = connection.dialect.name
    held = 0
    for known, ids in alike.items():
        moved = connection.execute(_moving(store), {**dict(known), "ids": id_list(ids, store), "held_token": token})
        held += moved.rowcount
    return held


def _delivery_values(result: Result, now_ms: int) -> dict[str, Any]:
    decision, outcome = result.decision, result.outcome
    final = decision.next_attempt_ms is None
    return {
        "state": decision.state.value,
        "attempts_made": decision.attempts_made,
        "interruptions": decision.interruptions,
        "next_attempt_ms": decision.next_attempt_ms,
        "next_trigger": None,
        "lease_token": None,
        "lease_until_ms": None,
        "last_status": outcome.status,
        "reason_code": outcome.code,
        "reason": decision.reason[:LONGEST_SENTENCE],
        "finished_ms": now_ms if final else None,
    }


def _closed(result: Result) -> tuple[Any, ...]:
    """An attempt's last values, in the order of `bulk.CLOSED` and `bulk.KEY`."""
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
            decision = decide(replace(progress, interruptions=MOST_INTERRUPTIONS - 2), INTERRUPTED, due_ms)
            due_ms += APART_MS
        else:
            decision = decide(progress, INTERRUPTED, now_ms)
        result = Result(id_, sequence, now_ms, Sent(), "", INTERRUPTED, decision)
        connection.execute(
            update(Delivery)
            .where(Delivery.id == id_, Delivery.lease_token == token)
            .values(_delivery_values(result, now_ms))
        )
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
