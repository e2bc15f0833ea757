"""Finding deliveries, and the events that became none, as a person at the console asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, or_, select

from extensions import db
from models import Delivery, Event
from resources.access import Actor, require_somewhere
from resources.deliveries import deliveries_in_sight
from resources.delivery_filter import SKIPPED, STANDINGS, TYPES, Walks, Wanted, walks, walks_of_skipped
from resources.delivery_walk import Walked, walk
from schemas.rules import is_id

__all__ = ["PIECE", "SKIPPED", "STANDINGS", "TYPES", "Found", "Wanted", "find_deliveries", "find_skipped", "promised"]

T = TypeVar("T")
PIECE = 40
PAGE_SECONDS = 0.015
COUNT_SECONDS = 1.0
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Some rows, newest first. `older` is the id to go on before; None at the end.

    `looked_to_ms`: the moment, epoch milliseconds, that the search had come back to when its time was over, where it
    did not fill the piece.
    """

    rows: Sequence[T]
    older: str | None
    looked_to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """Ids that match, newest first. `more`: there are more than these, or there may be."""

    ids: list[str]
    more: bool
    timed_out: bool = False
    """That the search ended before it had seen everything: there are at least these."""


def find_deliveries(actor: Actor, wanted: Wanted, before: str | None = None) -> Found[Delivery]:
    """The newest deliveries in sight that fit, event and config loaded. Raises Forbidden.

    Their ids are found first and by themselves: joined to anything, a store reads and sorts every delivery in sight
    before it takes the newest few.
    """
    require_somewhere(actor, "v2.postbackdeliveries.get")
    found = walk(walks(actor, wanted), before if is_id(before or "") else None, PIECE + 1, PAGE_SECONDS)
    shown = deliveries_in_sight(actor).where(Delivery.id.in_(found.ids[:PIECE])).order_by(Delivery.id.desc())
    rows = db.session.scalars(shown).all() if found.ids else []
    return _piece(rows, found, select(Delivery.created_ms).where(Delivery.id == found.reached))


def find_matching(actor: Actor, wanted: Wanted, most: int | None = None, seconds: float = COUNT_SECONDS) -> Matching:
    """The ids of the newest deliveries in sight that fit, up to a number and for a limited time. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    most = MOST_COUNTED if most is None else most
    found = walk(walks(actor, wanted), None, most + 1, seconds)
    full = len(found.ids) > most
    return Matching(
        found.ids[:most], more=full or found.reached is not None, timed_out=not full and bool(found.reached)
    )


def deliveries_query(actor: Actor, wanted: Wanted) -> Select[Delivery]:
    """Every delivery in sight that fits, for reading them all; event and config are not loaded. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    return _all(select(Delivery), walks(actor, wanted))


def find_skipped(actor: Actor, wanted: Wanted, before: str | None = None) -> Found[Event]:
    """The newest events in sight that became no delivery and fit. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    found = walk(walks_of_skipped(actor, wanted), before if is_id(before or "") else None, PIECE + 1, PAGE_SECONDS)
    shown = select(Event).where(Event.id.in_(found.ids[:PIECE])).order_by(Event.id.desc())
    rows = db.session.scalars(shown).all() if found.ids else []
    return _piece(rows, found, select(Event.created_ms).where(Event.id == found.reached))


def skipped_query(actor: Actor, wanted: Wanted) -> Select[Event]:
    """Every event in sight that became no delivery and fits, for reading them all. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    return _all(select(Event), walks_of_skipped(actor, wanted))


def _all(query: Select[T], how: Walks) -> Select[T]:
    return query.where(or_(*how.keys), *how.conditions, how.id >= how.first_id, how.id < how.last_id)


def _piece(rows: Sequence[T], found: Walked, when: Select[int]) -> Found[T]:
    if len(found.ids) > PIECE:
        return Found(rows, found.ids[PIECE - 1])
    return Found(rows, found.reached, db.session.scalar(when) if found.reached else None)


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
