"""What a person does to deliveries: send again, send now, cancel.

Each statement looks at the state once more under the row's lock, so that it cannot undo a claim, a result or what
somebody else did a moment before. The same delivery goes on: same `webhook-id`, its attempts counted on.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, bindparam, case, func, select, update

from models import Delivery, DeliveryState, PostbackConfig
from postbacks.among import among, id_list

FINAL = (DeliveryState.FAILED.value, DeliveryState.CANCELLED.value, DeliveryState.DELIVERED.value)
WAITING = Delivery.state == DeliveryState.WAITING.value


def reopen(connection: Connection, delivery_id: str, who: str, now_ms: int) -> bool:
    """Make a final delivery due at once, with at least one more attempt. False where it is not final."""
    reopened = connection.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(FINAL))
        .values(
            **_due(who, now_ms), attempts_granted=_at_least(Delivery.attempts_made + 1), reason=f"{who} retried it."
        )
    )
    return reopened.rowcount == 1


def reopen_for_replay(
    connection: Connection, ids: Sequence[str], *, replay_id: str, who: str, finished_by_ms: int, now_ms: int
) -> int:
    """Make those of these due that are as final as they were at `finished_by_ms`; how many were.

    Each is allowed as many more attempts as its config grants a new one.
    """
    store = connection.dialect.name
    held = connection.scalars(_holding(store), {"ids": id_list(ids, store), "finished_by_ms": finished_by_ms}).all()
    if held:
        values = {**_due(who, now_ms), "replay_id": replay_id, "reason": f"A replay by {who} sends it again."}
        connection.execute(_reopening(store).values(**values), {"ids": id_list(held, store)})
    return len(held)


@cache
def _holding(store: str) -> Select[str]:
    """In one order, so that two replays of the same deliveries wait for each other instead of for ever."""
    untouched = func.coalesce(Delivery.finished_ms, 0) <= bindparam("finished_by_ms")
    return (
        select(Delivery.id)
        .where(among(Delivery.id, store), Delivery.state.in_(FINAL), untouched)
        .order_by(Delivery.id)
        .with_for_update()
    )


@cache
def _reopening(store: str) -> Update:
    afresh = (
        select(PostbackConfig.number_of_attempts)
        .where(PostbackConfig.id == Delivery.postback_config_id)
        .scalar_subquery()
    )
    return (
        update(Delivery)
        .where(among(Delivery.id, store))
        .values(attempts_granted=_at_least(Delivery.attempts_made + afresh))
    )


def _due(who: str, now_ms: int) -> dict[str, Any]:
    return {
        "state": DeliveryState.WAITING.value,
        "next_attempt_ms": now_ms,
        "next_trigger": who,
        "interruptions": 0,
        "finished_ms": None,
        "reason_code": None,
    }


def _at_least(attempts: ColumnElement[int]) -> ColumnElement[int]:
    """So many attempts granted, or what was granted before where that is more."""
    return case((Delivery.attempts_granted < attempts, attempts), else_=Delivery.attempts_granted)


def send_now(connection: Connection, delivery_id: str, who: str, now_ms: int) -> bool:
    """Make a waiting delivery due at once, whatever its config's attempts were lowered to. False: it does not wait."""
    hurried = connection.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, WAITING)
        .values(
            next_attempt_ms=case((Delivery.next_attempt_ms > now_ms, now_ms), else_=Delivery.next_attempt_ms),
            next_trigger=who,
            attempts_granted=_at_least(Delivery.attempts_made + 1),
        )
    )
    return hurried.rowcount == 1


def cancel(connection: Connection, delivery_id: str, who: str, now_ms: int) -> bool:
    """End a waiting delivery unsent. False: it does not wait."""
    cancelled = connection.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, WAITING)
        .values(
            state=DeliveryState.CANCELLED.value,
            next_attempt_ms=None,
            next_trigger=None,
            finished_ms=now_ms,
            reason_code="cancelled",
            reason=f"{who} cancelled it.",
        )
    )
    return cancelled.rowcount == 1
