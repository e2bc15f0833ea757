"""Walking along deliveries or events from the newest back, for as long as a page may take and no longer.

A search for what is rare could read every row there is. It ends when it has enough or when its time is over, and then
says how far back it has looked, so that whoever asks can look further from there.
"""

import time
from dataclasses import dataclass
from heapq import merge

from sqlalchemy import ColumnElement, or_, select

from extensions import db
from resources.delivery_filter import Walks

FIRST_STRETCH, LONGEST_STRETCH = 1_000, 8_000
"""Rows of an index that one question reads: few at first, since what is asked for is mostly near."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Ids, newest first. `reached`: nothing before this id was looked at; None: there is nothing before it."""

    ids: list[str]
    reached: str | None = None


def walk(walks: Walks, before: str | None, wanted: int, seconds: float) -> Walked:
    """The newest ids that match, before an id where one is given: at most `wanted`, within about so many seconds."""
    until = time.monotonic() + seconds
    start = min(before, walks.last_id) if before else walks.last_id
    if walks.by_ids:
        return _named(walks, start, wanted)
    share = seconds / max(1, len(walks.keys))
    found = [_along(key, walks, start, wanted, min(until, time.monotonic() + share)) for key in walks.keys]
    reached = max((one.reached for one in found if one.reached), default=None)
    ids = list(merge(*(one.ids for one in found), reverse=True))
    seen = [id_ for id_ in ids if reached is None or id_ >= reached][:wanted]
    if len(seen) == wanted:
        reached = seen[-1]
    return Walked(seen, reached)


def _named(walks: Walks, start: str, wanted: int) -> Walked:
    """A condition names the few rows: they are found by it and sorted."""
    ids = select(walks.id).where(or_(*walks.keys), *walks.conditions, walks.id < start)
    if walks.first_id:
        ids = ids.where(walks.id >= walks.first_id)
    found = list(db.session.scalars(ids.order_by(walks.id.desc()).limit(wanted)))
    return Walked(found, found[-1] if len(found) == wanted else None)


def _along(key: ColumnElement[bool], walks: Walks, start: str, wanted: int, until: float) -> Walked:
    """One index, stretch by stretch."""
    ids: list[str] = []
    stretch = FIRST_STRETCH
    while True:
        rows = select(walks.id).where(key, walks.id < start, walks.id >= walks.first_id)
        newest_first = rows.order_by(walks.id.desc())
        if not walks.conditions:
            ids += db.session.scalars(newest_first.limit(wanted)).all()
            return Walked(ids, ids[-1] if len(ids) == wanted else None)
        end = db.session.scalar(newest_first.offset(stretch - 1).limit(1))
        inside = newest_first.where(*walks.conditions, walks.id >= (end or walks.first_id))
        ids += db.session.scalars(inside.limit(wanted - len(ids))).all()
        if len(ids) == wanted:
            return Walked(ids, ids[-1])
        if end is None or time.monotonic() > until:
            return Walked(ids, end)
        start, stretch = end, min(stretch * 2, LONGEST_STRETCH)
