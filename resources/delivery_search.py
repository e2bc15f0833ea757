"""Finding deliveries, and the events that became none, as a person at the console asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select

from extensions import db
from models import Delivery, Event, first_id_at
from resources.access import Actor, locations_in_sight, require_somewhere
from resources.deliveries import deliveries_in_sight
from resources.delivery_filter import SKIPPED, STANDINGS, TYPES, Wanted, walks
from resources.delivery_walk import walk
from resources.newest_first import Piece, newest_first
from schemas.rules import is_id

__all__ = ["PIECE", "SKIPPED", "STANDINGS", "TYPES", "Found", "Wanted", "find_deliveries", "find_skipped", "promised"]

PIECE = 40
PAGE_SECONDS = 0.025
COUNT_SECONDS = 1.0
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """Some deliveries, newest first. `older` is the id to go on before; None at the end.

    `looked_to_ms`: the moment, epoch milliseconds, that the search had come back to when its time was over, where it
    did not fill the piece.
    """

    rows: Sequence[Delivery]
    older: str | None
    looked_to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """Ids that match, newest first. `more`: there are more than these, or there may be."""

    ids: list[str]
    more: bool
    timed_out: bool = False
    """That the search ended before it had seen everything: there are at least these."""


def find_deliveries(actor: Actor, wanted: Wanted, before: str | None = None) -> Found:
    """The newest deliveries in sight that fit, event and config loaded. Raises Forbidden.

    Their ids are found first and by themselves: joined to anything, a store reads and sorts every delivery in sight
    before it takes the newest few.
    """
    require_somewhere(actor, "v2.postbackdeliveries.get")
    found = walk(walks(actor, wanted), before if is_id(before or "") else None, PIECE + 1, PAGE_SECONDS)
    shown = deliveries_in_sight(actor).where(Delivery.id.in_(found.ids[:PIECE])).order_by(Delivery.id.desc())
    rows = db.session.scalars(shown).all() if found.ids else []
    if len(found.ids) > PIECE:
        return Found(rows, found.ids[PIECE - 1])
    looked_to_ms = db.session.scalar(select(Delivery.created_ms).where(Delivery.id == found.reached))
    return Found(rows, found.reached, looked_to_ms)


def find_matching(actor: Actor, wanted: Wanted, most: int = MOST_COUNTED, seconds: float = COUNT_SECONDS) -> Matching:
    """The ids of the newest deliveries in sight that fit, up to a number and for a limited time. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    found = walk(walks(actor, wanted), None, most + 1, seconds)
    full = len(found.ids) > most
    return Matching(
        found.ids[:most], more=full or found.reached is not None, timed_out=not full and bool(found.reached)
    )


def deliveries_query(actor: Actor, wanted: Wanted) -> Select[Delivery]:
    """Every delivery in sight that fits, for reading them all; event and config are not loaded. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    how = walks(actor, wanted)
    return select(Delivery).where(
        or_(*how.keys), *how.conditions, Delivery.id >= how.first_id, Delivery.id < how.last_id
    )


def find_skipped(actor: Actor, wanted: Wanted, before: str | None = None) -> Piece[Event]:
    """The newest events in sight that became no delivery and fit. Raises Forbidden."""
    return newest_first(skipped_query(actor, wanted), Event.id, before, PIECE)


def skipped_query(actor: Actor, wanted: Wanted) -> Select[Event]:
    """Every event in sight that became no delivery and fits. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    promised_later = select(Delivery.id).where(Delivery.event_id == Event.id).exists()
    query = select(Event).where(Event.skipped_reason.is_not(None), Event.location_id.in_(locations_in_sight(actor)))
    query = query.where(~promised_later)
    if wanted.resource:
        query = query.where(Event.resource == wanted.resource)
    if wanted.type:
        query = query.where(Event.type == wanted.type)
    if wanted.location_id:
        query = query.where(Event.location_id == wanted.location_id)
    if wanted.config or wanted.code or wanted.replay:
        query = query.where(Event.id.is_(None))
    if wanted.q:
        query = query.where(Event.record_id == wanted.q)
    since_ms, until_ms = wanted.bounds()
    if since_ms is not None:
        query = query.where(Event.id >= first_id_at(since_ms))
    if until_ms is not None:
        query = query.where(Event.id < first_id_at(until_ms))
    return query


def promised(actor: Actor, record_id: str) -> tuple[Event, int] | None:
    """The newest event about a record made under the actor's request, and how many deliveries came of it."""
    event = db.session.scalar(
        select(Event)
        .where(Event.record_id == record_id, Event.request_id == actor.request_id)
        .order_by(Event.id.desc())
        .limit(1)
    )
    if event is None:
        return None
    count = db.session.scalar(select(func.count()).select_from(Delivery).where(Delivery.event_id == event.id))
    return event, count or 0
