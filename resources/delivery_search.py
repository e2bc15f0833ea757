"""Finding deliveries, and the events that became none, as a person at the console asks for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, select

from extensions import db
from models import Delivery, DeliveryState, Event, PostbackConfig
from resources.access import Actor, in_sight, require_somewhere
from resources.deliveries import deliveries_in_sight
from resources.newest_first import Piece, newest_first
from schemas.rules import is_id

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
    """The newest deliveries in sight that fit, event and config loaded. Raises Forbidden.

    Their ids are found first and by themselves: joined to anything, a store reads and sorts every delivery in sight
    before it takes the newest few.
    """
    ids = select(Delivery.id).where(in_sight(db.session(), actor, Delivery.location_id), *_conditions(actor, wanted))
    if is_id(before or ""):
        ids = ids.where(Delivery.id < before)
    found = db.session.scalars(ids.order_by(Delivery.id.desc()).limit(PIECE + 1)).all()
    shown = deliveries_in_sight(actor).where(Delivery.id.in_(found[:PIECE])).order_by(Delivery.id.desc())
    return Piece(db.session.scalars(shown).all(), found[PIECE - 1] if len(found) > PIECE else None)


def _conditions(actor: Actor, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.status:
        yield STANDINGS.get(wanted.status, false())
    if wanted.location_id:
        yield Delivery.location_id == wanted.location_id
    if wanted.config:
        yield Delivery.postback_config_id == wanted.config
    if wanted.resource:
        yield Delivery.event.has(Event.resource == wanted.resource)
    if wanted.type:
        yield Delivery.event.has(Event.type == wanted.type)
    if wanted.q:
        yield _named(actor, wanted.q)


def find_skipped(actor: Actor, wanted: Wanted, before: str | None = None) -> Piece[Event]:
    """The newest events in sight that became no delivery and fit. Raises Forbidden."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    promised_later = select(Delivery.id).where(Delivery.event_id == Event.id).exists()
    query = select(Event).where(Event.skipped_reason.is_not(None), in_sight(db.session(), actor, Event.location_id))
    query = query.where(~promised_later)
    if wanted.resource:
        query = query.where(Event.resource == wanted.resource)
    if wanted.type:
        query = query.where(Event.type == wanted.type)
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


def _named(actor: Actor, text: str) -> ColumnElement[bool]:
    """What a search text means: a record's or a delivery's id where it is one, else a part of a URL.

    Which of them is asked first: each answer then has an index to use, where a single OR over three tables would
    read every delivery there is.
    """
    of_record = select(Event.id).where(Event.record_id == text, in_sight(db.session(), actor, Event.location_id))
    if db.session.scalar(of_record.limit(1)) is not None:
        return Delivery.event_id.in_(of_record)
    if db.session.scalar(select(Delivery.id).where(Delivery.id == text)) is not None:
        return Delivery.id == text
    url = PostbackConfig.url.icontains(text, autoescape=True)
    return Delivery.postback_config_id.in_(select(PostbackConfig.id).where(url))
