"""An event comes into being: freeze the record, find who asked, insert the event and its deliveries.

This is the outbox. Everything here happens in the caller's transaction and nothing here commits, so the record
and the promise to tell about it stand or fall together.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from failpoints import Place, failpoint
from models import Delivery, DeliveryState, Event, PostbackConfig, new_id, now_ms, wall_ms
from postbacks.message import frozen_json
from schemas.refusals import Invalid

Expansion = Callable[[], object]


def record_event(
    session: Session,
    *,
    type_: str,
    resource: str,
    record_id: str,
    location_id: str,
    data: Mapping[str, object],
    expansions: Mapping[str, Expansion] | None = None,
    product_transaction_id: str | None = None,
    request_id: str | None = None,
    max_payload_bytes: int = 256 * 1024,
) -> list[Delivery]:
    """Record what happened and promise its deliveries; the caller commits.

    `expansions` makes, on demand, what a config's `expands` may ask to have embedded.
    Raises Invalid where a payload would exceed `max_payload_bytes`.
    """
    frozen = _sized(data, max_payload_bytes)
    asked = session.scalars(PostbackConfig.interested_in(location_id, resource, product_transaction_id)).all()
    wanting = [config for config in asked if config.wants(type_)]
    active = [config for config in wanting if config.is_active]
    event = Event(
        id=new_id(),
        location_id=location_id,
        resource=resource,
        record_id=record_id,
        type=type_,
        data=frozen,
        product_transaction_id=product_transaction_id,
        skipped_reason=_skipped_reason(wanting, active),
        request_id=request_id,
        created_ms=wall_ms(),
    )
    session.add(event)
    payloads = [_expanded(data, config.expands, expansions or {}, max_payload_bytes) for config in active]
    deliveries = [_delivery(event, config, payload) for config, payload in zip(active, payloads, strict=True)]
    session.flush()
    session.add_all(deliveries)
    session.flush()
    failpoint(Place.EVENT_INSERTED)
    return deliveries


def _delivery(event: Event, config: PostbackConfig, payload: str | None) -> Delivery:
    """The event's promise to one config, due at once."""
    return Delivery(
        id=new_id(),
        event_id=event.id,
        postback_config_id=config.id,
        location_id=event.location_id,
        data=payload,
        created_ms=event.created_ms,
        next_attempt_ms=now_ms(),
    )


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


def _skipped_reason(wanting: Sequence[PostbackConfig], active: Sequence[PostbackConfig]) -> str | None:
    if active:
        return None
    return "inactive_config" if wanting else "no_config"


def _expanded(
    data: Mapping[str, object], expands: str, expansions: Mapping[str, Expansion], max_payload_bytes: int
) -> str | None:
    """The payload with what `expands` names embedded, each once; None where it is the event's own."""
    names = [name for name in dict.fromkeys(expands.split(",")) if name in expansions]
    if not names:
        return None
    return _sized({**data, **{name: expansions[name]() for name in names}}, max_payload_bytes)


def _sized(data: Mapping[str, object], max_payload_bytes: int) -> str:
    try:
        payload = frozen_json(data)
        size = len(payload.encode())
    except ValueError as error:  # lone surrogates, numbers that are none
        raise Invalid({"data": ["The record's data contains characters that cannot be sent."]}) from error
    if size > max_payload_bytes:
        raise Invalid({"data": [f"The record's data is larger than {max_payload_bytes} bytes."]})
    return payload
