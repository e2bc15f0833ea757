"""Finding deliveries, and the events that became none, as a person at the console asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select

from extensions import db
from models import Delivery, DeliveryState, Event, PostbackConfig
from resources.access import Actor, locations_in_sight, require_somewhere
from resources.deliveries import deliveries_in_sight
from resources.newest_first import Piece, newest_first

T = TypeVar("T")

PIECE = 40

_blocked = Delivery.reason_code == "blocked_target"
_waiting = Delivery.state == DeliveryState.WAITING
_failed = Delivery.state == DeliveryState.FAILED
STANDINGS: Mapping[str, ColumnElement[bool]] = {
    "queued": _waiting & (Delivery.attempts_made == 0),
    "sending": Delivery.state == DeliveryState.SENDING,
    "retrying": _waiting & (Delivery.attempts_made > 0),
    "delivered": Delivery.state == DeliveryState.DELIVERED,
    "failed": _failed & (Delivery.reason_code.is_(None) | ~_blocked),
    "blocked": _failed & _blocked,
    "cancelled": Delivery.state == DeliveryState.CANCELLED,
}
"""What each of the console's words means, the way `ui.words` reads a row."""
SKIPPED = "skipped"
TYPES = ("CREATE", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; an empty text asks for everything. A `status` or `type` that does not exist finds nothing."""

    location_id: str = ""
    status: str = ""
    resource: str = ""
    type: str = ""
    config: str = ""
    q: str = ""
    """A record's or delivery's id, or a part of the URL."""


def find_deliveries(actor: Actor, wanted: Wanted, before: str | None = None) -> Piece[Delivery]:
    """The newest deliveries in sight that fit, event and config loaded. Raises Forbidden."""
    query = _about(deliveries_in_sight(actor), wanted)
    if wanted.status:
        known = wanted.status in STANDINGS
        query = query.where(STANDINGS[wanted.status]) if known else query.where(Delivery.id.is_(None))
    if wanted.location_id:
        query = query.where(Delivery.location_id == wanted.location_id)
    if wanted.config:
        query = query.where(Delivery.postback_config_id == wanted.config)
    if wanted.q:
        query = query.where(
            (Delivery.id == wanted.q)
            | (Event.record_id == wanted.q)
            | PostbackConfig.url.icontains(wanted.q, autoescape=True)
        )
    return newest_first(query, Delivery.id, before, PIECE)


def find_skipped(actor: Actor, wanted: Wanted, before: str | None = None) -> Piece[Event]:
    """The newest events in sight that became no delivery and fit. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    query = _about(select(Event), wanted).where(
        Event.skipped_reason.is_not(None), Event.location_id.in_(locations_in_sight(actor))
    )
    if wanted.location_id:
        query = query.where(Event.location_id == wanted.location_id)
    if wanted.config:
        query = query.where(Event.id.is_(None))
    if wanted.q:
        query = query.where(Event.record_id == wanted.q)
    return newest_first(query, Event.id, before, PIECE)


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


def _about(query: Select[T], wanted: Wanted) -> Select[T]:
    if wanted.resource:
        query = query.where(Event.resource == wanted.resource)
    if wanted.type:
        query = query.where(Event.type == wanted.type)
    return query
