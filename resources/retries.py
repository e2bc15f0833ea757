"""What a person does to one delivery: retry it, send it now, cancel it. Who did it is on record.

Each holds the delivery's row while it looks and writes, so a pump's claim comes before or after, never between.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from extensions import db
from jobs import queue
from models import Delivery, DeliveryState, now_ms, wall_ms, writing
from postbacks import reopening
from resources.access import Actor, require
from resources.audit import note
from resources.deliveries import get_delivery
from schemas.delivery_retry import RetryInput
from schemas.refusals import Conflict, NotFound
from schemas.rules import is_id
from schemas.validation import validated

RESOURCE = "postbackdelivery"
PERMISSION = "v2.postbackdeliveries.post"
ON_THE_WIRE = "This delivery is being sent at this moment. Wait a few seconds for the outcome, then look again."
DELIVERED = "This delivery was delivered. To send it once more all the same, retry it with force."
TURNED_OFF = "The postback config is turned off, so nothing would be sent. Turn it on, then try again."
DELETED = "The postback config was deleted, so nothing can be sent to it. A new config hears of new events only."


def retry_delivery(actor: Actor, delivery_id: str, fields: Mapping[str, object]) -> Delivery:
    """Send a failed or cancelled delivery again, a delivered one only by force; one that waits is sent now.

    It may be attempted at least once more. Raises Invalid, NotFound, Forbidden, Conflict.
    """
    given = validated(RetryInput, fields)
    with writing(db.session()):
        delivery = _held(actor, delivery_id)
        _require_sendable(delivery)
        if delivery.state == DeliveryState.DELIVERED and not given.force:
            raise Conflict(DELIVERED)
        act = reopening.send_now if delivery.state == DeliveryState.WAITING else reopening.reopen
        act(db.session.connection(), delivery.id, actor.username, now_ms())
        note(actor, "retry", RESOURCE, delivery.id, delivery.location_id)
    queue.wake()
    return _as_it_is(actor, delivery)


def send_now(actor: Actor, delivery_id: str) -> Delivery:
    """Send a waiting delivery at once. Raises NotFound, Forbidden, Conflict."""
    with writing(db.session()):
        delivery = _held(actor, delivery_id)
        _require_sendable(delivery)
        if delivery.state != DeliveryState.WAITING:
            raise Conflict(f"This delivery is {delivery.state} and does not wait. Retry it to send it again.")
        reopening.send_now(db.session.connection(), delivery.id, actor.username, now_ms())
        note(actor, "send_now", RESOURCE, delivery.id, delivery.location_id)
    queue.wake()
    return _as_it_is(actor, delivery)


def cancel_delivery(actor: Actor, delivery_id: str) -> Delivery:
    """Cancel a waiting delivery; its attempts stay on record. Raises NotFound, Forbidden, Conflict."""
    with writing(db.session()):
        delivery = _held(actor, delivery_id)
        _require_off_the_wire(delivery)
        if delivery.state != DeliveryState.WAITING:
            raise Conflict(f"This delivery is already {delivery.state}; nothing is left to cancel.")
        reopening.cancel(db.session.connection(), delivery.id, actor.username, wall_ms())
        note(actor, "cancel", RESOURCE, delivery.id, delivery.location_id)
    return _as_it_is(actor, delivery)


def _held(actor: Actor, delivery_id: str) -> Delivery:
    """The delivery under a lock, its config loaded. Raises NotFound, Forbidden."""
    wanted = (
        select(Delivery)
        .join(Delivery.config)
        .options(contains_eager(Delivery.config))
        .where(Delivery.id == delivery_id)
        .with_for_update(of=Delivery)
    )
    delivery = db.session.scalar(wanted) if is_id(delivery_id) else None
    if delivery is None:
        raise NotFound
    require(db.session(), actor, PERMISSION, delivery.location_id)
    return delivery


def _require_off_the_wire(delivery: Delivery) -> None:
    if delivery.state == DeliveryState.SENDING:
        raise Conflict(ON_THE_WIRE)


def _require_sendable(delivery: Delivery) -> None:
    """Raise Conflict where a pump has it or would cancel it at once."""
    _require_off_the_wire(delivery)
    if delivery.config.deleted_ts is not None:
        raise Conflict(DELETED)
    if not delivery.config.is_active:
        raise Conflict(TURNED_OFF)


def _as_it_is(actor: Actor, delivery: Delivery) -> Delivery:
    """The delivery with event and config, read anew: a worker may have sent it by now."""
    db.session.expire(delivery)
    return get_delivery(actor, delivery.id)
