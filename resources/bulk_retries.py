"""What a person does to several deliveries at once: those they chose, or all that wait and match.

Each delivery is looked at once more under its lock, as one by itself is; what cannot be done to one does not keep the
others from it, and is told with the reason.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from extensions import db
from jobs import queue
from models import Delivery, DeliveryState, now_ms, wall_ms, writing
from postbacks import reopening
from resources.access import Actor, allows, require_somewhere, roles_at
from resources.audit import note
from resources.retries import DELETED, DELIVERED, ON_THE_WIRE, PERMISSION, RESOURCE, TURNED_OFF

MOST_CHOSEN = 500
AT_ONCE = 200
"""Deliveries changed in one transaction: workers wait no longer than that takes."""
NOT_YOURS = "Your role at its location does not include this."
NOT_WAITING = "It does not wait, so nothing is left to cancel."
Act = Callable[[Actor, Delivery], str | None]
"""Does it to a delivery that is held; answers why it could not be done."""


@dataclass(frozen=True, slots=True)
class Done:
    """How many it was done to, and for each reason to how many it was not."""

    count: int = 0
    left: Counter[str] = field(default_factory=Counter)


def retry_chosen(actor: Actor, delivery_ids: Sequence[str]) -> Done:
    """Send these again, those that wait at once; what was delivered is left alone. Raises Forbidden."""
    done = _each(actor, delivery_ids, _retried)
    if done.count:
        queue.wake()
    return done


def cancel_chosen(actor: Actor, delivery_ids: Sequence[str]) -> Done:
    """Cancel those of these that wait. Raises Forbidden."""
    return _each(actor, delivery_ids, _cancelled)


def _each(actor: Actor, delivery_ids: Sequence[str], act: Act) -> Done:
    require_somewhere(actor, PERMISSION)
    count, left = 0, Counter[str]()
    wanted = sorted(set(delivery_ids))  # in one order: two people who choose the same wait for each other
    for first in range(0, len(wanted), AT_ONCE):
        with writing(db.session()):
            for reason in _acted(actor, wanted[first : first + AT_ONCE], act):
                count += reason is None
                left.update([reason] if reason else [])
    return Done(count, left)


def _acted(actor: Actor, ids: Sequence[str], act: Act) -> list[str | None]:
    """For each of these in sight, why it was not done, or None where it was."""
    held = db.session.scalars(
        select(Delivery)
        .join(Delivery.config)
        .options(contains_eager(Delivery.config))
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    ).all()
    roles = roles_at(db.session(), actor, {delivery.location_id for delivery in held})
    return [
        act(actor, delivery) if any(allows(role, PERMISSION) for role in roles[delivery.location_id]) else NOT_YOURS
        for delivery in held
        if roles[delivery.location_id]
    ]


def _retried(actor: Actor, delivery: Delivery) -> str | None:
    if delivery.state == DeliveryState.SENDING:
        return ON_THE_WIRE
    if delivery.config.deleted_ts is not None:
        return DELETED
    if not delivery.config.is_active:
        return TURNED_OFF
    if delivery.state == DeliveryState.DELIVERED:
        return DELIVERED
    act = reopening.send_now if delivery.state == DeliveryState.WAITING else reopening.reopen
    act(db.session.connection(), delivery.id, actor.username, now_ms())
    note(actor, "retry", RESOURCE, delivery.id, delivery.location_id)
    return None


def _cancelled(actor: Actor, delivery: Delivery) -> str | None:
    if delivery.state == DeliveryState.SENDING:
        return ON_THE_WIRE
    if delivery.state != DeliveryState.WAITING:
        return NOT_WAITING
    reopening.cancel(db.session.connection(), delivery.id, actor.username, wall_ms())
    note(actor, "cancel", RESOURCE, delivery.id, delivery.location_id)
    return None
