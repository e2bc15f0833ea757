"""Reading the audit log: by admins, the entries of the places where they are; of the whole deployment, at the root.

An entry about a record whose changes are events has none of its own: what stood before and after is the frozen data
of its event and of the record's event before, read along with the entries.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, with_expression

from extensions import db
from models import AuditEntry, Event
from resources.access import Actor, in_sight_for, require_somewhere
from resources.audit import changes
from resources.newest_first import Piece, newest_first
from schemas.refusals import NotFound
from schemas.rules import is_id

GET = "v2.auditlogs.get"
PIECE = 40


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


def find_entries(actor: Actor, wanted: Wanted, before: str | None = None) -> Piece[AuditEntry]:
    """The newest entries in sight that fit. Raises Forbidden."""
    return newest_first(entries_query(actor, wanted), AuditEntry.id, before, PIECE)


def entries_query(actor: Actor, wanted: Wanted) -> Select[AuditEntry]:
    """All entries in sight that fit. Raises Forbidden."""
    query = entries_in_sight(actor)
    for name in ("location_id", "action", "resource", "record_id", "request_id"):
        if value := getattr(wanted, name):
            query = query.where(getattr(AuditEntry, name) == value)
    if wanted.username:
        query = query.where(AuditEntry.username.icontains(wanted.username, autoescape=True))
    if wanted.created_ts_from is not None:
        query = query.where(AuditEntry.created_ts >= wanted.created_ts_from)
    if wanted.created_ts_to is not None:
        query = query.where(AuditEntry.created_ts < wanted.created_ts_to)
    return query


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
