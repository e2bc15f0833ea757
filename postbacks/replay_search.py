"""Looking for what a replay sends next: along the tables' own indexes, a stretch at a time.

A search ends when it has enough or when its time is over, so that a few failures among a million successes hold
nobody up. It only reads; the step that uses it looks at everything once more before it writes.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from models import Delivery, Event, Location, PostbackConfig
from postbacks.replay_filter import Asked, between, deliveries, events

STRETCH = 10_000
"""The most rows of an index that one question reads."""
LOOKING_SECONDS = 0.1
DELIVERIES, EVENTS = "deliveries", "events"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a replay has come: the table, whose rows there, and the last id of them that was looked at."""

    part: str
    key: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What comes next in one table, and where to go on after it; None: nowhere."""

    part: str
    ids: list[str]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Part:
    """A table that a replay goes through."""

    id: InstrumentedAttribute[str]
    location_id: InstrumentedAttribute[str]
    matching: Callable[[Asked], Select[str]]


PARTS: Mapping[str, Part] = {
    DELIVERIES: Part(Delivery.id, Delivery.location_id, deliveries),
    EVENTS: Part(Event.id, Event.location_id, events),
}


def first_place(replay: Asked) -> Place:
    """Where a replay begins."""
    return Place(DELIVERIES if replay.status else EVENTS)


def look(connection: Connection, replay: Asked, wanted: int) -> Found:
    """The next ids, at most so many, from where the replay has come to. What is found lies in one table."""
    place = Place(replay.part, replay.reached_key, replay.reached_id)
    part, until, looked = place.part, time.monotonic() + LOOKING_SECONDS, False
    found: list[str] = []
    for key in _keys(connection, replay, place):
        after, ended = place.id if key == place.key else "", False
        while not ended:
            if len(found) >= wanted or (looked and time.monotonic() > until):
                return Found(part, found, Place(part, key, after))
            ids, after, ended = _stretch(connection, replay, Place(part, key, after), wanted - len(found))
            found, looked = found + ids, True
    following = Place(EVENTS) if part == DELIVERIES and replay.skipped else None
    return Found(part, found, following)


def _stretch(connection: Connection, replay: Asked, place: Place, wanted: int) -> tuple[list[str], str, bool]:
    """What matches in the next stretch of an index, the last id that was looked at, and whether it was the last one."""
    part = PARTS[place.part]
    last = replay.last_delivery_id if place.part == DELIVERIES else replay.last_event_id
    key = _key_column(replay, part) == place.key
    rows = select(part.id).where(key, *between(replay, part.id, last, place.id)).order_by(part.id)
    end: str | None = connection.scalar(rows.offset(STRETCH - 1).limit(1))
    inside = part.matching(replay).where(key, *between(replay, part.id, end or last, place.id))
    if replay.postback_config_id:
        inside = inside.where(part.location_id.in_(Location.below([replay.location_id])))
    ids = list(connection.scalars(inside.order_by(part.id).limit(wanted)))
    if len(ids) == wanted:
        return ids, ids[-1], False
    return ids, end or place.id, end is None


def _key_column(replay: Asked, part: Part) -> InstrumentedAttribute[Any]:
    """Whose rows are gone through one after the other, each along its index."""
    return Delivery.postback_config_id if part.id is Delivery.id and replay.postback_config_id else part.location_id


def _keys(connection: Connection, replay: Asked, place: Place) -> Sequence[str]:
    """From where the replay has come to, whose rows are still to be gone through."""
    if replay.postback_config_id:
        if place.part == DELIVERIES:
            return [replay.postback_config_id]
        here = select(PostbackConfig.location_id).where(PostbackConfig.id == replay.postback_config_id)
        return connection.scalars(here).all()
    below = connection.scalars(Location.below([replay.location_id])).all()
    return [location_id for location_id in sorted(below) if location_id >= place.key]
