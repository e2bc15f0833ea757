"""How a config is doing, for its line in the list and its banner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from extensions import db
from models import Delivery, DeliveryState, PostbackConfig
from resources.access import Actor
from resources.postback_configs import postback_configs_in_sight

LOOKED_AT = 10
"""So many of the newest deliveries that were tried decide whether a config is failing."""


@dataclass(frozen=True, slots=True)
class Failing:
    """The newest delivery did not get through, nor did at least half of those looked at."""

    failed: int
    tried: int
    reason: str | None


def configs_of_location(actor: Actor, location_id: str) -> Sequence[PostbackConfig]:
    """A location's own configs, oldest first. Raises Forbidden where the actor may read none."""
    found = postback_configs_in_sight(actor).where(PostbackConfig.location_id == location_id)
    return db.session.scalars(found.order_by(PostbackConfig.id)).all()


def last_deliveries(configs: Iterable[PostbackConfig]) -> dict[str, Delivery]:
    """The newest delivery of each config that has one, by config id, with its event."""
    newest = (
        select(func.max(Delivery.id))
        .where(Delivery.postback_config_id.in_([config.id for config in configs]))
        .group_by(Delivery.postback_config_id)
    )
    found = db.session.scalars(select(Delivery).where(Delivery.id.in_(newest)).options(joinedload(Delivery.event)))
    return {delivery.postback_config_id: delivery for delivery in found}


def failing_configs(configs: Iterable[PostbackConfig]) -> dict[str, Failing]:
    """Those of the active configs that are failing, by id."""
    judged = {config.id: failing(config) for config in configs if config.is_active}
    return {config_id: verdict for config_id, verdict in judged.items() if verdict is not None}


def failing(config: PostbackConfig) -> Failing | None:
    """Whether this config is failing; None where it is well or was never tried."""
    tried = _newest_tried(config.id)
    bad = [delivery for delivery in tried if delivery.state != DeliveryState.DELIVERED]
    if not bad or bad[0] is not tried[0] or 2 * len(bad) < len(tried):
        return None
    return Failing(len(bad), len(tried), bad[0].reason)


def count_waiting(config_id: str) -> int:
    """How many deliveries wait for this config: what turning it off would cancel."""
    waiting = Delivery.state == DeliveryState.WAITING
    query = select(func.count()).where(Delivery.postback_config_id == config_id, waiting)
    return db.session.scalar(query) or 0


def _newest_tried(config_id: str) -> Sequence[Delivery]:
    return db.session.scalars(
        select(Delivery)
        .where(Delivery.postback_config_id == config_id, Delivery.attempts_made > 0)
        .where(Delivery.state != DeliveryState.CANCELLED)
        .order_by(Delivery.id.desc())
        .limit(LOOKED_AT)
    ).all()
