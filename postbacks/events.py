"""An event comes into being: freeze the record, find who asked, insert the event and its deliveries.

This is the outbox. Everything here happens in the caller's transaction and nothing here commits, so the record
and the promise to tell about it stand or fall together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from failpoints import Place, failpoint
from models import Delivery, DeliveryState, new_ids, now_ms, wall_ms
from postbacks.interest import Interested, interest_in
from postbacks.message import frozen_json
from postbacks.outbox import insert_deliveries, insert_events
from schemas.refusals import Invalid

LARGEST_PAYLOAD = 256 * 1024
Expansion = Callable[[], object]
Embedding = Callable[[str], str | None]
"""A config's `expands` → the payload with those embedded, frozen; None where it is the event's own."""


def nothing_to_embed(_expands: str) -> None:
    """The embedding of a record that offers nothing."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What happened to a record, its data frozen; not yet an event."""

    type_: str
    resource: str
    record_id: str
    location_id: str
    data: str
    product_transaction_id: str | None = None
    request_id: str | None = None
    user_id: str | None = None
    """Who caused it."""
    developer_id: str | None = None
    """Whose program published it."""
    idempotency_id: str | None = None
    """Under which its publisher would recognize it, if it has one."""
    embed: Embedding = field(default=nothing_to_embed, compare=False)


class Promise(NamedTuple):
    """A delivery of the event to one config, due at once."""

    id: str
    postback_config_id: str
    data: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an occurrence."""

    id: str
    """The event's."""
    created_ms: int
    skipped_reason: str | None
    promises: Sequence[Promise]


def happened(
    *,
    type_: str,
    resource: str,
    record_id: str,
    location_id: str,
    data: Mapping[str, object],
    expansions: Mapping[str, Expansion] | None = None,
    max_payload_bytes: int = LARGEST_PAYLOAD,
    **about: str | None,
) -> Occurrence:
    """What happened to a record, its data frozen now. `about` is the rest of an Occurrence.

    `expansions` makes, on demand, what a config's `expands` may ask to have embedded.
    Raises Invalid where the data would exceed `max_payload_bytes`.
    """

    def embed(expands: str) -> str | None:
        return _expanded(data, expands, expansions or {}, max_payload_bytes)

    frozen = freeze(data, max_payload_bytes)
    return Occurrence(type_, resource, record_id, location_id, frozen, embed=embed, **about)


def record_events(session: Session, occurrences: Sequence[Occurrence]) -> list[Recorded]:
    """Record many at once, in their order, and promise their deliveries; the caller commits.

    Raises Invalid where something embedded makes a payload too large, IntegrityError where an event of the same
    developer and location has the same idempotency id.
    """
    session.flush()
    connection = session.connection()
    interest = interest_in(connection, ((one.location_id, one.resource) for one in occurrences))
    now, ids = wall_ms(), new_ids(len(occurrences))
    wanting = [_wanting(one, interest[one.location_id, one.resource]) for one in occurrences]
    delivery_ids = iter(new_ids(sum(map(len, wanting))))
    recorded = [
        _recorded(id_, now, one, configs, delivery_ids)
        for id_, one, configs in zip(ids, occurrences, wanting, strict=True)
    ]
    pairs = list(zip(occurrences, recorded, strict=True))
    # In one order everywhere: two publishers who repeat each other's events wait for one another, never both for both.
    in_order = sorted(pairs, key=_idempotency)
    insert_events(connection, [_event_row(one, event) for one, event in in_order])
    due_ms = now_ms()
    insert_deliveries(connection, [row for one, event in pairs for row in _delivery_rows(one, event, due_ms)])
    failpoint(Place.EVENT_INSERTED)
    return recorded


def _idempotency(pair: tuple[Occurrence, Recorded]) -> tuple[str, str]:
    return pair[0].location_id, pair[0].idempotency_id or ""


def _wanting(one: Occurrence, asked: Sequence[Interested]) -> list[Interested]:
    return [config for config in asked if config.wants(one.type_, one.product_transaction_id)]


def _recorded(
    id_: str, now: int, one: Occurrence, wanting: Sequence[Interested], delivery_ids: Iterator[str]
) -> Recorded:
    promises = [
        Promise(next(delivery_ids), config.id, one.embed(config.expands) if config.expands else None)
        for config in wanting
        if config.is_active
    ]
    if promises:
        return Recorded(id_, now, None, promises)
    return Recorded(id_, now, "inactive_config" if wanting else "no_config", ())


def _event_row(one: Occurrence, event: Recorded) -> tuple[object, ...]:
    """In the order of `outbox.EVENT`."""
    return (
        event.id, one.location_id, one.resource, one.record_id, one.type_, one.data, one.product_transaction_id,
        event.skipped_reason, one.request_id, one.user_id, one.developer_id, one.idempotency_id, event.created_ms,
    )  # fmt: skip


def _delivery_rows(one: Occurrence, event: Recorded, due_ms: int) -> list[tuple[object, ...]]:
    """In the order of `outbox.DELIVERY`."""
    return [
        (
            id_,
            event.id,
            config_id,
            one.location_id,
            data,
            len((data or one.data).encode()),
            due_ms,
            event.created_ms,
        )
        for id_, config_id, data in event.promises
    ]


def cancel_waiting(session: Session, postback_config_id: str, reason: str) -> None:
    """Cancel everything that waits for this config; what is on the wire finishes. The caller commits."""
    session.execute(
        update(Delivery)
        .where(Delivery.postback_config_id == postback_config_id, Delivery.state == DeliveryState.WAITING)
        .values(
            state=DeliveryState.CANCELLED,
            next_attempt_ms=None,
            finished_ms=wall_ms(),
            reason_code="cancelled",
            reason=reason,
        )
    )


def _expanded(
    data: Mapping[str, object], expands: str, expansions: Mapping[str, Expansion], max_payload_bytes: int
) -> str | None:
    """The payload with what `expands` names embedded, each once; None where it is the event's own."""
    names = [name for name in dict.fromkeys(expands.split(",")) if name in expansions]
    if not names:
        return None
    return freeze({**data, **{name: expansions[name]() for name in names}}, max_payload_bytes)


def freeze(data: Mapping[str, object], max_payload_bytes: int) -> str:
    """The record as the text that is sent. Raises Invalid where it is too large or cannot be sent."""
    try:
        payload = frozen_json(data)
        size = len(payload.encode())
    except ValueError as error:  # lone surrogates, numbers that are none
        raise Invalid({"data": ["The record's data contains characters that cannot be sent."]}) from error
    if size > max_payload_bytes:
        raise Invalid({"data": [f"The record's data is larger than {max_payload_bytes} bytes."]})
    return payload
