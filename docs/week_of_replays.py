"""Two replays of the demo's week: one brought back what a maintenance had lost, the other waits for somebody."""

from collections.abc import Sequence
from random import Random
from typing import Any

from docs.week_of_receivers import HOUR_MS, MINUTE_MS, Receiver, Try, back_again
from docs.week_of_staff import OPERATOR, id_of
from docs.week_rows import Week
from models import Attempt, Delivery, PostbackReplay
from postbacks.outcome import outcome_of

DONE_AGO_MS, PAUSED_AGO_MS = 3 * 24 * HOUR_MS, 40 * MINUTE_MS
BEFORE_THE_PAUSE = 4
"""How many the second one had sent when it was held."""
APART_MS = 100
"""Ten a second."""


def plant_replays(week: Week, asked: Sequence[Receiver]) -> None:
    """The replays, and what they did to the deliveries that they took."""
    mailer, warehouse = (_named(asked, name) for name in ("demo-week-mailer", "demo-week-warehouse"))
    then, now = week.end_ms - DONE_AGO_MS, week.end_ms - PAUSED_AGO_MS
    lost, failed = _failed(week, mailer, then), _failed(week, warehouse, now)
    counts = {"total": len(lost), "done": len(lost), "steps": 2}
    done = _add(week, mailer, then, state="finished", reason="It has gone through everything.", **counts)
    done["finished_ms"] = then + APART_MS * len(lost)
    counts = {"total": len(failed), "done": BEFORE_THE_PAUSE, "steps": 1}
    held = _add(week, warehouse, now, state="paused", reason=f"Paused by {OPERATOR}.", **counts)
    for replay, receiver, taken in ((done, mailer, lost), (held, warehouse, failed[:BEFORE_THE_PAUSE])):
        for number, delivery in enumerate(taken):
            _send_again(week, receiver, replay, delivery, replay["created_ms"] + APART_MS * number)


def _named(asked: Sequence[Receiver], name: str) -> Receiver:
    return next(receiver for receiver in asked if receiver.id == name)


def _failed(week: Week, receiver: Receiver, before_ms: int) -> list[dict[str, Any]]:
    """Its deliveries that had failed by then, oldest first."""
    return [
        row
        for row in week.rows[Delivery]
        if row["postback_config_id"] == receiver.id and row["state"] == "failed" and row["finished_ms"] < before_ms
    ]


def _add(week: Week, receiver: Receiver, ms: int, **values: Any) -> dict[str, Any]:
    person = {"created_user_id": id_of(OPERATOR), "created_by": OPERATOR, "location_id": receiver.location_id}
    told = {"id": week.id_at(ms), "created_ms": ms, "paced_ms": ms, "finished_ms": None, "rate": 1000 // APART_MS}
    return week.add(PostbackReplay, postback_config_id=receiver.id, status="failed", **told, **person, **values)


def _send_again(week: Week, receiver: Receiver, replay: dict[str, Any], row: dict[str, Any], ms: int) -> None:
    """One attempt more, and how the delivery stands after it."""
    number = row["attempts_made"] + 1
    one = _once_more(receiver, ms, week.end_ms, week.random)
    named = {"delivery_id": row["id"], "sequence": number, "number": number, "url": receiver.url}
    week.add(Attempt, **named, **{**one.columns(row["id"], ms), "trigger": OPERATOR})
    row |= {"replay_id": replay["id"], "attempts_made": number, "attempts_begun": number}
    row |= {"attempts_granted": number - 1 + receiver.number_of_attempts, "last_status": one.outcome.status}
    row |= {"reason_code": one.outcome.code, "reason": one.outcome.reason}
    ended = ms + one.duration_ms
    if one.outcome.delivered:
        row |= {"state": "delivered", "finished_ms": ended}
    else:
        due = week.due(ended + receiver.attempt_interval * 1000)
        row |= {"state": "waiting", "finished_ms": None, "next_attempt_ms": due}


def _once_more(receiver: Receiver, ms: int, end_ms: int, random: Random) -> Try:
    temper = back_again if end_ms - ms > HOUR_MS else receiver.temper
    sent = temper(ms, end_ms - ms, random)
    return Try(ms, sent, outcome_of(sent, ms / 1000))
