"""Reading the audit log: by admins, the entries of the places where they are; of the whole deployment, at the root.

An entry about a record whose changes are events has none of its own: what stood before and after is the frozen data
of its event and of the record's event before, read along with the entries.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import aliased, with_expression

from extensions import db
from models import AuditEntry, Event, first_id_at
from resources.access import Actor, holds_everywhere, in_sight_for, places_in_sight, require_somewhere
from resources.audit import changes
from resources.delivery_filter import MOST_WALKS, SLACK_MS, Walks, telling
from resources.delivery_search import Found
from resources.delivery_walk import walk
from schemas.refusals import NotFound
from schemas.rules import is_id

GET = "v2.auditlogs.get"
PIECE = 40
LOOK_SECONDS = 0.015
"""How long a page looks for entries among those that do not fit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; an empty text asks for everything."""

    location_id: str = ""
    username: str = ""
    """A part of it."""
    action: str = ""
    resource: str = ""
    record_id: str = ""
    request_id: str = ""
    created_ts_from: int | None = None
    created_ts_to: int | None = None
    """Epoch seconds; the second itself is no part of it any more."""


def entries_in_sight(actor: Actor) -> Select[AuditEntry]:
    """The entries in sight, each with what `changes_of` needs. Raises Forbidden where the actor is no admin."""
    require_somewhere(actor, GET)
    seen = in_sight_for(db.session(), actor, GET, AuditEntry.location_id)
    return select(AuditEntry).options(*_with_data()).where(seen)


def get_entry(actor: Actor, entry_id: str) -> AuditEntry:
    """One entry in sight. Raises NotFound, Forbidden."""
    wanted = entries_in_sight(actor).where(AuditEntry.id == entry_id)
    entry = db.session.scalar(wanted) if is_id(entry_id) else None
    if entry is None:
        raise NotFound
    return entry


def find_entries(actor: Actor, wanted: Wanted, before: str | None = None) -> Found[AuditEntry]:
    """The newest entries in sight that fit, as far back as a page has time to look. Raises Forbidden."""
    found = walk(_walks(actor, wanted), before if is_id(before or "") else None, PIECE + 1, LOOK_SECONDS)
    shown = entries_in_sight(actor).where(AuditEntry.id.in_(found.ids[:PIECE])).order_by(AuditEntry.id.desc())
    rows = db.session.scalars(shown).all() if found.ids else []
    if len(found.ids) > PIECE:
        return Found(rows, found.ids[PIECE - 1])
    reached = select(AuditEntry.created_ts * 1000).where(AuditEntry.id == found.reached)
    return Found(rows, found.reached, db.session.scalar(reached) if found.reached else None)


def entries_query(actor: Actor, wanted: Wanted) -> Select[AuditEntry]:
    """All entries in sight that fit. Raises Forbidden."""
    return entries_in_sight(actor).where(*_conditions(wanted))


def _walks(actor: Actor, wanted: Wanted) -> Walks:
    """Along which indexes to look, and how far."""
    require_somewhere(actor, GET)
    keys, seen = _keys(actor, wanted)
    since, until = _range_ms(wanted)
    return Walks(
        id=AuditEntry.id,
        keys=keys,
        conditions=telling([*seen, *_conditions(wanted)]),
        first_id="" if since is None else first_id_at(max(0, since - SLACK_MS)),
        last_id="z" if until is None else first_id_at(max(0, until + SLACK_MS)),
        by_ids=bool(wanted.record_id),
    )


def _keys(actor: Actor, wanted: Wanted) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The indexes to walk, and what else keeps the entries in sight."""
    seen = in_sight_for(db.session(), actor, GET, AuditEntry.location_id)
    if wanted.location_id:
        return [AuditEntry.location_id == wanted.location_id], [seen]
    few = places_in_sight(db.session(), actor, MOST_WALKS, GET)
    if few is None or holds_everywhere(db.session(), actor, GET):  # there also is what belongs to no location
        return [true()], [seen]
    return [AuditEntry.location_id == place for place in few], []


def _range_ms(wanted: Wanted) -> tuple[int | None, int | None]:
    since, until = wanted.created_ts_from, wanted.created_ts_to
    return None if since is None else since * 1000, None if until is None else until * 1000


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for name in ("location_id", "action", "resource", "record_id", "request_id"):
        if value := getattr(wanted, name):
            yield getattr(AuditEntry, name) == value
    if wanted.username:
        yield AuditEntry.username.icontains(wanted.username, autoescape=True)
    if wanted.created_ts_from is not None:
        yield AuditEntry.created_ts >= wanted.created_ts_from
    if wanted.created_ts_to is not None:
        yield AuditEntry.created_ts < wanted.created_ts_to


def changes_of(entry: AuditEntry) -> dict[str, list[object]]:
    """Field → [before, after] of an entry that was read by this file; secrets masked."""
    if entry.event_id is None:
        return entry.changes or {}
    after, before = _read(entry.data_after), _read(entry.data_before)
    return changes(after, {}) if entry.action == "delete" else changes(before, after)


def _read(data: str | None) -> dict[str, Any]:
    found = json.loads(data) if data else {}
    return found if isinstance(found, dict) else {}


def _with_data() -> tuple[Any, ...]:
    """The frozen data of an entry's event, and of the event of the same record before it."""
    event, earlier = aliased(Event), aliased(Event)
    after = select(event.data).where(event.id == AuditEntry.event_id).scalar_subquery()
    before = (
        select(earlier.data)
        .where(earlier.record_id == AuditEntry.record_id, earlier.resource == AuditEntry.resource)
        .where(earlier.id < AuditEntry.event_id)
        .order_by(earlier.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return with_expression(AuditEntry.data_after, after), with_expression(AuditEntry.data_before, before)
