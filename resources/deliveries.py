"""Deliveries and their attempts, as an actor sees them."""

from collections.abc import Sequence
from math import ceil

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from extensions import db
from models import Attempt, Delivery, DeliveryState, Event, PostbackConfig, first_id_at, wall_ms
from resources.access import Actor, in_sight, require_somewhere
from schemas.delivery import postback_log_shape
from schemas.refusals import NotFound
from schemas.rules import is_id

LOGS_EMBEDDED = 20
DAY_MS = 24 * 60 * 60 * 1000


def deliveries_in_sight(actor: Actor) -> Select[Delivery]:
    """The deliveries in sight, event and config loaded. Raises Forbidden where the actor may read none."""
    require_somewhere(actor, "v2.postbackdeliveries.get")
    return (
        select(Delivery)
        .options(joinedload(Delivery.event, innerjoin=True), joinedload(Delivery.config, innerjoin=True))
        .where(in_sight(db.session(), actor, Delivery.location_id))
    )


def get_delivery(actor: Actor, delivery_id: str) -> Delivery:
    """One delivery in sight. Raises NotFound, Forbidden."""
    wanted = deliveries_in_sight(actor).where(Delivery.id == delivery_id)
    delivery = db.session.scalar(wanted) if is_id(delivery_id) else None
    if delivery is None:
        raise NotFound
    return delivery


def attempts_of(delivery_id: str) -> Sequence[Attempt]:
    """The attempt log, oldest first."""
    return db.session.scalars(
        select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.sequence)
    ).all()


def payload_of(delivery: Delivery) -> str:
    """The compact JSON that is sent as `data`; the event must be loaded."""
    return delivery.event.data if delivery.data is None else delivery.data


def postback_logs_of_record(resource: str, record_id: str) -> list[dict[str, object]]:
    """The newest deliveries about one record, in the family's words."""
    return _postback_logs((Event.resource == resource) & (Event.record_id == record_id))


def postback_logs_of_config(config: PostbackConfig) -> list[dict[str, object]]:
    """The newest deliveries of one config, in the family's words."""
    return _postback_logs(Delivery.postback_config_id == config.id)


def _postback_logs(condition: ColumnElement[bool]) -> list[dict[str, object]]:
    newest = (
        select(Delivery)
        .join(Delivery.event)
        .options(contains_eager(Delivery.event))
        .where(condition)
        .order_by(Delivery.id.desc())
        .limit(LOGS_EMBEDDED)
    )
    return [postback_log_shape(delivery) for delivery in db.session.scalars(newest)]


def stats_of_config(config: PostbackConfig) -> dict[str, object]:
    """What became of the last 24 hours' deliveries, and how many wait.

    p50 and p95 are milliseconds from the event to its acknowledgement.
    """
    recent = (Delivery.postback_config_id == config.id) & (Delivery.id >= first_id_at(wall_ms() - DAY_MS))
    outcomes = select(Delivery.state, func.count()).where(recent).group_by(Delivery.state)
    counts = {state: count for state, count in db.session.execute(outcomes)}  # noqa: C416 - rows are no pairs to mypy
    delivered = counts.get(DeliveryState.DELIVERED, 0)
    waiting = select(func.count()).where(
        Delivery.postback_config_id == config.id, Delivery.state == DeliveryState.WAITING
    )
    return {
        "delivered": delivered,
        "failed": counts.get(DeliveryState.FAILED, 0),
        "waiting": db.session.scalar(waiting),
        "p50_ms": _latency_ms(recent, delivered, 0.50),
        "p95_ms": _latency_ms(recent, delivered, 0.95),
    }


def _latency_ms(recent: ColumnElement[bool], delivered: int, share: float) -> int | None:
    """The latency that this share of the delivered ones stayed within; None of none."""
    latency = Delivery.finished_ms - Delivery.created_ms
    rank = max(0, ceil(share * delivered) - 1)
    ranked = select(latency).where(recent, Delivery.state == DeliveryState.DELIVERED).order_by(latency)
    return db.session.scalar(ranked.offset(rank).limit(1))
