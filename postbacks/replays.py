"""Replays, step by step: make the next few due, at the pace that was asked for, until there are no more.

A step is one transaction that moves the replay on and makes what the rate allows due. Killed at any point it has
happened or it has not; of two workers that take the same step the second finds it taken. Whatever became of a
delivery since the replay was asked for (a person retried it, another replay did) puts it out of its reach, so that a
replay sends nothing twice and nothing that somebody else sent.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from models import WRITES, Delivery, Event, PostbackReplay, ReplayState, new_id, wall_ms
from postbacks.reopening import reopen_for_replay
from postbacks.replay_filter import pairs
from postbacks.replay_search import DELIVERIES, Found, first_place, look

MOST_AT_ONCE = 20
BANK_MS = 250
"""What is saved up of the rate, in milliseconds: a little more than lies between two steps, and no more than that.

A replay that was held up does not make up for it.
"""
DEBT_MS = 10_000
"""The most of it that is used up in advance: events of many configs come in one piece."""
BUSY_SECONDS = 1.0

_table = PostbackReplay.__table__
_running = PostbackReplay.state == ReplayState.RUNNING.value


def close_set(connection: Connection, replay: PostbackReplay) -> None:
    """Fix what the replay can be about: what there is now, and no more."""
    replay.last_delivery_id = connection.scalar(select(func.max(Delivery.id))) or ""
    replay.last_event_id = connection.scalar(select(func.max(Event.id))) or ""
    replay.part = first_place(replay).part


def running(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """The replays whose turn it is, the longest waiting first."""
    return connection.execute(
        select(_table).where(_running).order_by(PostbackReplay.paced_ms).limit(MOST_AT_ONCE)
    ).all()


def step(engine: Engine, replay: Row[*tuple[Any, ...]], now_ms: int) -> int:
    """Take a running replay a step further; how many deliveries became due."""
    wanted = allowance(replay.rate, replay.paced_ms, now_ms)
    if wanted < 1:
        return 0
    with engine.connect() as connection:
        found = look(connection, replay, wanted)
    options = {**WRITES, "busy_seconds": BUSY_SECONDS}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        if not _take(connection, replay, found):
            return 0
        made = _make_due(connection, replay, found, now_ms)
        _count(connection, replay, made, now_ms)
    return made


def allowance(rate: int, paced_ms: int, now_ms: int) -> int:
    """How many may become due now, where the rate is used up to `paced_ms`."""
    return (now_ms - _paced_from(rate, paced_ms, now_ms)) * rate // 1000


def used_up(rate: int, paced_ms: int, made: int, now_ms: int) -> int:
    """The moment up to which the rate is used up once so many more became due."""
    return min(now_ms + DEBT_MS, _paced_from(rate, paced_ms, now_ms) + _lasts_ms(made, rate))


def _paced_from(rate: int, paced_ms: int, now_ms: int) -> int:
    bank_ms = BANK_MS + _lasts_ms(1, rate)  # enough for one, however slow
    clock_stepped_back = paced_ms > now_ms + DEBT_MS
    return now_ms - bank_ms if clock_stepped_back else max(paced_ms, now_ms - bank_ms)


def _lasts_ms(made: int, rate: int) -> int:
    return -(-made * 1000 // rate)  # rounded up: the rate is a limit


def _take(connection: Connection, replay: Row[*tuple[Any, ...]], found: Found) -> bool:
    """Move the replay on. False where another worker has taken this step, or it was paused or cancelled."""
    place = found.place
    if place is None:
        values = {
            "state": ReplayState.FINISHED.value,
            "finished_ms": wall_ms(),
            "reason": "It has gone through everything.",
        }
    else:
        values = {"part": place.part, "reached_key": place.key, "reached_id": place.id}
    taken = connection.execute(
        update(PostbackReplay)
        .where(PostbackReplay.id == replay.id, PostbackReplay.steps == replay.steps, _running)
        .values(**values, steps=PostbackReplay.steps + 1)
    )
    return taken.rowcount == 1


def _make_due(connection: Connection, replay: Row[*tuple[Any, ...]], found: Found, now_ms: int) -> int:
    if not found.ids:
        return 0
    if found.part == DELIVERIES:
        return reopen_for_replay(
            connection,
            found.ids,
            replay_id=replay.id,
            who=replay.created_by,
            finished_by_ms=replay.created_ms,
            now_ms=now_ms,
        )
    return _send_skipped(connection, replay, found.ids, now_ms)


def _send_skipped(connection: Connection, replay: Row[*tuple[Any, ...]], event_ids: list[str], now_ms: int) -> int:
    """Promise these events to the configs that ask for them now, to each config once whoever else is at it."""
    connection.execute(  # locked first: only a statement that comes after sees what the last holder promised
        select(Event.id).where(Event.id.in_(event_ids)).order_by(Event.id).with_for_update(key_share=True)
    )
    told = pairs(replay).add_columns(Event.location_id, func.length(Event.data))
    asked = told.where(Event.id.in_(event_ids))
    rows = [
        {
            "id": new_id(),
            "event_id": event_id,
            "postback_config_id": config_id,
            "location_id": location_id,
            "payload_bytes": length,
            "created_ms": wall_ms(),
            "next_attempt_ms": now_ms,
            "next_trigger": replay.created_by,
            "replay_id": replay.id,
            "reason": f"A replay by {replay.created_by} sends what was skipped.",
        }
        for event_id, config_id, location_id, length in connection.execute(asked.order_by(Event.id))
    ]
    if rows:
        connection.execute(insert(Delivery), rows)
    return len(rows)


def _count(connection: Connection, replay: Row[*tuple[Any, ...]], made: int, now_ms: int) -> None:
    """Add to what is done and use up the rate for it."""
    paced_ms = used_up(replay.rate, replay.paced_ms, made, now_ms)
    connection.execute(
        update(PostbackReplay)
        .where(PostbackReplay.id == replay.id)
        .values(done=PostbackReplay.done + made, paced_ms=paced_ms)
    )
