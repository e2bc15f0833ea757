"""Events that were published, recognized by their idempotency ids.

An idempotency id is the publisher's own name for an event. It holds for one developer at one location, for as long
as the event is kept: who publishes the same event under it again is answered as the first time and nothing is sent
twice; another event under it is refused.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from extensions import db
from models import Delivery, Event, writing
from postbacks.events import Occurrence, Recorded, record_events
from resources.access import Actor
from resources.audit import note
from schemas.postback_event import PublishedEvent

Key = tuple[str, str | None]
"""Location and idempotency id. The developer is the same for all that is published at once."""


class Earlier(NamedTuple):
    """An event that stands already."""

    answer: PublishedEvent
    data: str


class IdTakenError(Exception):
    """Some of the occurrences have the idempotency id of another event: those at `indexes`."""

    def __init__(self, indexes: Sequence[int]) -> None:
        super().__init__("an idempotency id was used before")
        self.indexes = indexes


def record_once(actor: Actor, occurrences: Sequence[Occurrence]) -> tuple[list[PublishedEvent], bool]:
    """Record those that are new in one commit, answer all; and whether any was new.

    Nothing is looked up beforehand: repetitions are rare, and the store's index refuses them.
    Raises IdTakenError, and has recorded nothing then.
    """
    earlier: dict[Key, Earlier] = {}
    while True:
        fresh = [one for one in occurrences if _key(one) not in earlier]
        try:
            made = _recorded(actor, fresh)
        except IntegrityError:
            found = _earlier(fresh)
            if not found:
                raise
            earlier |= found
            _require_the_same(occurrences, earlier)
        else:
            new = iter(made)
            return [_answer(one, earlier) or _new_answer(one, next(new)) for one in occurrences], bool(fresh)


def known_event(event_id: str) -> PublishedEvent | None:
    """What an event's publisher was told; also of one that nobody published."""
    found = _standing(Event.id == event_id)
    return found[0].answer if found else None


def _key(one: Occurrence) -> Key:
    return one.location_id, one.idempotency_id


def _recorded(actor: Actor, fresh: Sequence[Occurrence]) -> list[Recorded]:
    """With one entry in the audit log for each location: who published; the events themselves tell what."""
    if not fresh:
        return []
    with writing(db.session()):
        made = record_events(db.session(), fresh)
        by_place: dict[str, list[str]] = {}
        for one, event in zip(fresh, made, strict=True):
            by_place.setdefault(one.location_id, []).append(event.id)
        for location_id, ids in by_place.items():
            note(actor, "publish", "postbackevent", ids[0], location_id, after={"events": len(ids)})
        return made


def _earlier(occurrences: Sequence[Occurrence]) -> dict[Key, Earlier]:
    """Those of them that stand already."""
    keys = {_key(one) for one in occurrences if one.idempotency_id is not None}
    found = _standing(
        Event.developer_id == occurrences[0].developer_id,
        Event.location_id.in_({location_id for location_id, _ in keys}),
        Event.idempotency_id.in_({idempotency_id for _, idempotency_id in keys}),
    )
    by_key = {(one.answer.location_id, one.answer.idempotency_id): one for one in found}
    return {key: one for key, one in by_key.items() if key in keys}


def _standing(*conditions: ColumnElement[bool]) -> list[Earlier]:
    """Events with the number of deliveries that came of them at once, not of a replay later."""
    promised = (
        select(func.count())
        .where(Delivery.event_id == Event.id, Delivery.created_ms == Event.created_ms)
        .correlate(Event)
        .scalar_subquery()
    )
    columns = (
        Event.id, Event.location_id, Event.resource, Event.record_id, Event.type, Event.product_transaction_id,
        Event.idempotency_id, promised, Event.skipped_reason, Event.created_ms,
    )  # fmt: skip
    rows = db.session.connection().execute(select(Event.data, *columns).where(*conditions))
    return [Earlier(PublishedEvent(*values), data) for data, *values in rows]


def _require_the_same(occurrences: Sequence[Occurrence], earlier: dict[Key, Earlier]) -> None:
    """Raises IdTakenError where an occurrence is not the event that its id stands for."""
    others = [
        index
        for index, one in enumerate(occurrences)
        if (known := earlier.get(_key(one))) is not None and not _same(one, known)
    ]
    if others:
        raise IdTakenError(others)


def _same(one: Occurrence, known: Earlier) -> bool:
    there = known.answer
    return (one.type_, one.resource, one.record_id, one.product_transaction_id, one.data) == (
        there.type, there.resource, there.record_id, there.product_transaction_id, known.data,
    )  # fmt: skip


def _answer(one: Occurrence, earlier: dict[Key, Earlier]) -> PublishedEvent | None:
    known = earlier.get(_key(one))
    return None if known is None else known.answer


def _new_answer(one: Occurrence, made: Recorded) -> PublishedEvent:
    return PublishedEvent(
        id=made.id,
        location_id=one.location_id,
        resource=one.resource,
        record_id=one.record_id,
        type=one.type_,
        product_transaction_id=one.product_transaction_id,
        idempotency_id=one.idempotency_id,
        deliveries=len(made.promises),
        skipped_reason=made.skipped_reason,
        created_ms=made.created_ms,
    )
