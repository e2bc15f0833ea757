"""What can be done to a delivery now, by whoever looks at it; and for what cannot, why not."""

from dataclasses import dataclass

from extensions import db
from models import Delivery, DeliveryState
from resources.access import Actor, may
from resources.retries import DELETED, ON_THE_WIRE, PERMISSION, TURNED_OFF

NO_ROLE = "Your role only reads here. Retrying, sending now and cancelling need the operator role."
WAITS = "It waits for its next attempt by itself; Send now does not wait."
ENDED = "It has come to its end, so nothing waits."


@dataclass(frozen=True, slots=True)
class Action:
    """`name` ends its address; `why`: what stands in the way, None where nothing does."""

    name: str
    label: str
    mark: str
    why: str | None = None
    force: bool = False


def actions_of(actor: Actor, delivery: Delivery) -> list[Action]:
    """Retry (or Force retry), Send now and Cancel, in this order."""
    allowed = may(db.session(), actor, PERMISSION, delivery.location_id)
    delivered = delivery.state == DeliveryState.DELIVERED
    again = Action("retry", "Force retry" if delivered else "Retry", "rotate-cw", force=delivered)
    wished = (
        (again, _retry_why(delivery)),
        (Action("sendnow", "Send now", "send"), _send_now_why(delivery)),
        (Action("cancel", "Cancel", "ban"), _cancel_why(delivery)),
    )
    return [
        Action(action.name, action.label, action.mark, why if allowed else NO_ROLE, action.force)
        for action, why in wished
    ]


def reasons_of(actions: list[Action]) -> list[tuple[str, list[str]]]:
    """Each reason once, with the labels of what it keeps from being done."""
    reasons: dict[str, list[str]] = {}
    for action in actions:
        if action.why:
            reasons.setdefault(action.why, []).append(action.label)
    return list(reasons.items())


def _retry_why(delivery: Delivery) -> str | None:
    if delivery.state == DeliveryState.WAITING:
        return WAITS
    return _unsendable(delivery)


def _send_now_why(delivery: Delivery) -> str | None:
    if delivery.state not in {DeliveryState.WAITING, DeliveryState.SENDING}:
        return ENDED
    return _unsendable(delivery)


def _cancel_why(delivery: Delivery) -> str | None:
    if delivery.state == DeliveryState.SENDING:
        return ON_THE_WIRE
    return None if delivery.state == DeliveryState.WAITING else ENDED


def _unsendable(delivery: Delivery) -> str | None:
    if delivery.state == DeliveryState.SENDING:
        return ON_THE_WIRE
    if delivery.config.deleted_ts is not None:
        return DELETED
    return None if delivery.config.is_active else TURNED_OFF
