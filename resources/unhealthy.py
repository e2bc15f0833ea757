"""Which receivers are failing now, over all locations in sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import load_only

from extensions import db
from models import Delivery, DeliveryState, Location, PostbackConfig
from models.delivery import WAITING_ONLY
from resources.access import Actor
from resources.config_health import Failing, failing_among
from resources.postback_configs import postback_configs_in_sight

MOST_JUDGED = 200
"""So many configs are judged one by one; where more are in sight, those that something failed for of late."""
LOOKED_AT = 2_000
"""Of late: among so many of the newest that failed, and of those that are due last."""
MOST_SHOWN = 20
SHOWN = (PostbackConfig.url, PostbackConfig.resource, PostbackConfig.location_id, PostbackConfig.is_active)


@dataclass(frozen=True, slots=True)
class Unhealthy:
    """A config that is failing, and where it is."""

    config: PostbackConfig
    location: Location
    trouble: Failing


@dataclass(frozen=True, slots=True)
class Health:
    """`failing`: newest config first, at most MOST_SHOWN of `count`. `active`: whether any config is on at all."""

    failing: Sequence[Unhealthy]
    count: int
    active: bool


def health_in_sight(actor: Actor) -> Health:
    """How the receivers of all locations in sight are doing. Raises Forbidden where the actor may read no configs."""
    seen = postback_configs_in_sight(actor).where(PostbackConfig.is_active).order_by(PostbackConfig.id.desc())
    active = seen.with_only_columns(PostbackConfig.id)
    ids = db.session.scalars(active.limit(MOST_JUDGED + 1)).all()
    judged = active if len(ids) <= MOST_JUDGED else active.where(PostbackConfig.id.in_(_failed_of_late()))
    failing = failing_among(actor, select(judged.limit(MOST_JUDGED).subquery().c.id))
    shown = _configs(sorted(failing, reverse=True)[:MOST_SHOWN])
    places = _locations([config.location_id for config in shown])
    return Health(
        [Unhealthy(config, places[config.location_id], failing[config.id]) for config in shown], len(failing), bool(ids)
    )


def _configs(ids: Sequence[str]) -> Sequence[PostbackConfig]:
    """Newest first, with what is shown of them."""
    found = select(PostbackConfig).where(PostbackConfig.id.in_(ids)).order_by(PostbackConfig.id.desc())
    return db.session.scalars(found.options(load_only(*SHOWN))).all() if ids else []


def _failed_of_late() -> CompoundSelect[str]:
    """The configs of the newest that failed, and of those waiting whose turn comes last: an attempt of theirs failed.

    What waits for its first attempt is due at once; so whatever waits for a later one stands at the index's other end.
    """
    failed = (
        select(Delivery.postback_config_id)
        .where(Delivery.state == DeliveryState.FAILED)
        .order_by(Delivery.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    retrying = (
        select(Delivery.postback_config_id, Delivery.attempts_made)
        .where(WAITING_ONLY)
        .order_by(Delivery.next_attempt_ms.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    return union(
        select(failed.c.postback_config_id),
        select(retrying.c.postback_config_id).where(retrying.c.attempts_made > 0),
    )


def _locations(ids: Sequence[str]) -> dict[str, Location]:
    found = select(Location).where(Location.id.in_(ids))
    return {one.id: one for one in db.session.scalars(found)} if ids else {}
