"""The verbs of events: a host application publishes what happened to records that only it knows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from extensions import db, settings
from jobs import queue
from models import Location
from postbacks.events import Occurrence, freeze
from resources.access import Actor, allows, require, require_somewhere, roles_at
from resources.published_events import IdTakenError, known_event, record_once
from schemas.postback_config import RESOURCES
from schemas.postback_event import EventRules, PostbackEventInput, PublishedEvent
from schemas.refusals import Forbidden, Invalid, NotFound
from schemas.rules import is_id
from schemas.validation import validated

POST = "v2.postbackevents.post"
MOST_EVENTS = 1000
MOST_AT_FAULT = 20
"""So many items of a batch are judged wrong before the answer says so."""

Faults = Mapping[int, dict[str, list[str]]]
"""Index of an item → field → sentences."""


def get_event(actor: Actor, event_id: str) -> PublishedEvent:
    """One event in sight. Raises NotFound, Forbidden."""
    event = known_event(event_id) if is_id(event_id) else None
    if event is None:
        raise NotFound
    require(db.session(), actor, "v2.postbackevents.get", event.location_id)
    return event


def publish_event(actor: Actor, fields: Mapping[str, object]) -> tuple[PublishedEvent, bool]:
    """Record one event and promise its deliveries; and whether it is new. Raises Invalid, Forbidden."""
    require_somewhere(actor, POST)
    occurrence = _judged(actor, fields, _rules())
    faults = _faults_of_places(actor, [occurrence])
    if faults:
        raise Invalid(faults[0])
    try:
        [event], new = record_once(actor, [occurrence])
    except IdTakenError:
        raise Invalid(_taken()) from None
    if new:
        queue.wake()
    return event, new


def publish_events(actor: Actor, items: Sequence[object]) -> tuple[list[PublishedEvent], bool]:
    """Record all of these events or none, each under an idempotency id of its own; and whether any is new.

    Raises Forbidden, or Invalid naming item and field: `postbackevents[3].type`.
    """
    require_somewhere(actor, POST)
    if not 0 < len(items) <= MOST_EVENTS:
        raise Invalid({"postbackevents": [f"Postbackevents must list 1 to {MOST_EVENTS} events."]})
    occurrences = _all_judged(actor, items)
    _refuse(_faults_of_places(actor, occurrences))
    _refuse(_named_twice(occurrences))
    try:
        events, new = record_once(actor, occurrences)
    except IdTakenError as taken:
        raise Invalid(_by_item({index: _taken() for index in taken.indexes})) from None
    if new:
        queue.wake()
    return events, new


def _rules() -> EventRules:
    return EventRules((*RESOURCES, *settings().custom_resources), settings().max_payload_bytes)


def _judged(actor: Actor, fields: object, rules: EventRules) -> Occurrence:
    """What happened, its data frozen. Raises Invalid."""
    if not isinstance(fields, dict):
        raise Invalid({"": ["Postbackevents must be objects."]})
    given = validated(PostbackEventInput, fields, rules)
    assert given.record_id is not None
    return Occurrence(
        type_=given.type,
        resource=given.resource,
        record_id=given.record_id,
        location_id=given.location_id,
        data=freeze(given.data, rules.max_payload_bytes),
        product_transaction_id=given.product_transaction_id,
        request_id=actor.request_id,
        user_id=actor.user_id,
        developer_id=actor.developer_id,
        idempotency_id=given.idempotency_id,
    )


def _all_judged(actor: Actor, items: Sequence[object]) -> list[Occurrence]:
    """Raises Invalid naming items and fields at fault."""
    rules = replace(_rules(), recognizable=True)
    found: list[Occurrence] = []
    faults: dict[int, dict[str, list[str]]] = {}
    for index, item in enumerate(items):
        try:
            found.append(_judged(actor, item, rules))
        except Invalid as refusal:
            faults[index] = refusal.errors
            if len(faults) == MOST_AT_FAULT:
                break
    _refuse(faults)
    return found


def _faults_of_places(actor: Actor, occurrences: Sequence[Occurrence]) -> Faults:
    """Which locations are unknown, deleted or out of sight. Raises Forbidden where the actor may not publish at one."""
    named = {one.location_id for one in occurrences}
    deleted = set(db.session.scalars(select(Location.id).where(Location.id.in_(named), ~Location.standing())))
    held = roles_at(db.session(), actor, named - deleted)
    for roles in held.values():
        if roles and not any(allows(role, POST) for role in roles):
            raise Forbidden(POST)
    fault = {"location_id": ["location_id provided is not valid"]}
    return {index: fault for index, one in enumerate(occurrences) if not held.get(one.location_id)}


def _named_twice(occurrences: Sequence[Occurrence]) -> Faults:
    """Which items have the idempotency id of another one in the same batch."""
    names = [(one.location_id, one.idempotency_id) for one in occurrences]
    times = Counter(names)
    fault = {"idempotency_id": ["Idempotency Id is given to another event of this batch as well."]}
    return {index: fault for index, name in enumerate(names) if times[name] > 1}


def _taken() -> dict[str, list[str]]:
    return {"idempotency_id": ["Idempotency Id has been used for an event with other content."]}


def _refuse(faults: Faults) -> None:
    if faults:
        raise Invalid(_by_item(faults))


def _by_item(faults: Faults) -> dict[str, list[str]]:
    """The faults under the paths of their fields, those of the first items."""
    return {
        f"postbackevents[{index}].{field}".rstrip("."): sentences
        for index in sorted(faults)[:MOST_AT_FAULT]
        for field, sentences in faults[index].items()
    }
