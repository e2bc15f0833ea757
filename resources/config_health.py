"""How configs are doing: their lines in the list, their banners.

The figures of any number of configs take a handful of queries, each of which looks at a bounded part of what there
is: a config with a million deliveries costs what one with a thousand does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, Subquery, case, cast, func, or_, select
from sqlalchemy.orm import joinedload

from extensions import db
from models import Attempt, Delivery, DeliveryState, PostbackConfig, wall_ms
from models.delivery import WAITING_ONLY
from resources.access import Actor
from resources.delivery_sight import EDIT_CONFIG, permitted_at, told_reason
from resources.hours import HOUR_MS, newest_of_configs
from resources.postback_configs import postback_configs_in_sight

LOOKED_AT = 10
"""So many of the newest deliveries that were tried decide whether a config is failing."""
REACH = 1_000
"""They are looked for among so many of the newest."""
WEEK_MS = 7 * 24 * HOUR_MS
RATED = 200
"""A failure rate is that of so many of a week's newest deliveries, where there are more."""
MOST_WAITING = 100_000
"""More than these are not counted."""


@dataclass(frozen=True, slots=True)
class Failing:
    """The newest delivery did not get through, nor did at least half of those looked at."""

    failed: int
    tried: int
    reason: str | None
    """As who asked may know it."""
    delivery_id: str
    """The newest that did not get through."""


@dataclass(frozen=True, slots=True)
class FailureRate:
    """How many of the deliveries of 7 days that came to an end failed."""

    failed: int
    ended: int
    of_the_newest: bool
    """Whether there were more than were looked at."""

    @property
    def percent(self) -> float:
        return 100 * self.failed / self.ended


def find_configs(actor: Actor, location_id: str, search: str = "") -> Select[PostbackConfig]:
    """A location's own configs, oldest first; those whose URL, resource or id contains the text.

    Raises Forbidden where the actor may read none.
    """
    found = postback_configs_in_sight(actor).where(PostbackConfig.location_id == location_id)
    if search:
        columns = (PostbackConfig.url, PostbackConfig.resource, PostbackConfig.id)
        found = found.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return found.order_by(PostbackConfig.id)


def configs_of_location(actor: Actor, location_id: str) -> Sequence[PostbackConfig]:
    """All of a location's own configs, oldest first. Raises Forbidden where the actor may read none."""
    return db.session.scalars(find_configs(actor, location_id)).all()


def last_deliveries(configs: Iterable[PostbackConfig]) -> dict[str, Delivery]:
    """The newest delivery of each config that has one, by config id, with its event."""
    newest = select(func.max(Delivery.id)).where(Delivery.postback_config_id == PostbackConfig.id).scalar_subquery()
    asked = select(newest).where(PostbackConfig.id.in_([config.id for config in configs]))
    ids = [id_ for id_ in db.session.scalars(asked) if id_]
    found = db.session.scalars(select(Delivery).where(Delivery.id.in_(ids)).options(joinedload(Delivery.event)))
    return {delivery.postback_config_id: delivery for delivery in found}


def recent_deliveries(config_id: str, count: int) -> Sequence[Delivery]:
    """The newest deliveries of one config, with event and config."""
    return db.session.scalars(
        select(Delivery)
        .where(Delivery.postback_config_id == config_id)
        .options(joinedload(Delivery.event), joinedload(Delivery.config))
        .order_by(Delivery.id.desc())
        .limit(count)
    ).all()


def failure_rates(configs: Iterable[PostbackConfig]) -> Mapping[str, FailureRate]:
    """The failure rate of each config of which anything came to an end in 7 days, by id."""
    newest = newest_of_configs([config.id for config in configs], wall_ms() - WEEK_MS, RATED)
    return {
        id_: FailureRate(told.failed, told.failed + told.delivered, told.estimated)
        for id_, told in newest.items()
        if told.failed + told.delivered
    }


def failing_configs(actor: Actor, configs: Iterable[PostbackConfig]) -> dict[str, Failing]:
    """Those of the active configs that are failing, by id, with the reasons that the actor may know."""
    active = [config.id for config in configs if config.is_active]
    return failing_among(actor, active) if active else {}


def failing_among(actor: Actor, active: Sequence[str] | Select[str]) -> dict[str, Failing]:
    """The same of the active configs of these ids, or that a statement finds."""
    asked = select(PostbackConfig.id, _tried_of_late()).where(PostbackConfig.id.in_(active))
    rows = db.session.execute(asked.where(_newest_state() != DeliveryState.DELIVERED))
    told = {config_id: text.split(",") for config_id, text in rows}
    # tried, bad among them, newest tried, newest bad
    bad = {
        config_id: (int(failed), int(tried), newest_bad)
        for config_id, (tried, failed, newest, newest_bad) in told.items()
        if newest_bad and newest_bad == newest and 2 * int(failed) >= int(tried)
    }
    if not bad:
        return {}
    reasons = _told_reasons(actor, [id_ for _, _, id_ in bad.values()])
    return {config_id: Failing(failed, tried, reasons[id_], id_) for config_id, (failed, tried, id_) in bad.items()}


def failing(actor: Actor, config: PostbackConfig) -> Failing | None:
    """Whether this config is failing; None where it is well, was never tried, or is turned off."""
    return failing_configs(actor, [config]).get(config.id)


def next_step(trouble: Failing) -> str | None:
    """What its last attempt says can be done about it."""
    attempts = select(Attempt.advice).where(Attempt.delivery_id == trouble.delivery_id)
    return db.session.scalar(attempts.order_by(Attempt.sequence.desc()).limit(1))


def count_waiting(config_id: str) -> int:
    """How many deliveries wait for this config, up to MOST_WAITING + 1: what turning it off would cancel."""
    some = select(Delivery.id).where(Delivery.postback_config_id == config_id, WAITING_ONLY).limit(MOST_WAITING + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _told_reasons(actor: Actor, delivery_ids: Sequence[str]) -> dict[str, str | None]:
    columns = (Delivery.id, Delivery.location_id, Delivery.reason, Delivery.reason_code)
    found = db.session.execute(select(*columns).where(Delivery.id.in_(delivery_ids))).all()
    seen_at = permitted_at(actor, EDIT_CONFIG, {place for _, place, _, _ in found})
    return {id_: told_reason(reason, code, seen=place in seen_at) for id_, place, reason, code in found}


def _tried() -> Subquery:
    """A config's newest deliveries that were tried."""
    reached = (
        select(Delivery.id, Delivery.state, Delivery.attempts_made)
        .where(Delivery.postback_config_id == PostbackConfig.id)
        .order_by(Delivery.id.desc())
        .limit(REACH)
        .correlate(PostbackConfig)
        .subquery()
    )
    was_tried = (reached.c.attempts_made > 0) & (reached.c.state != DeliveryState.CANCELLED)
    return select(reached).where(was_tried).order_by(reached.c.id.desc()).limit(LOOKED_AT).subquery()


def _newest_state() -> ScalarSelect[str]:
    """Where it is a good one, nobody needs to look at the others."""
    tried = _tried()
    return select(tried.c.state).order_by(tried.c.id.desc()).limit(1).scalar_subquery()


def _tried_of_late() -> ScalarSelect[str]:
    """Of a config's newest that were tried, as one text: how many, how many of them bad, the newest, the newest bad."""
    tried = _tried()
    bad_id = case((tried.c.state != DeliveryState.DELIVERED, tried.c.id))
    found: list[ColumnElement[str]] = [cast(func.count(some), String) for some in (tried.c.id, bad_id)]
    found += [func.coalesce(func.max(some), "") for some in (tried.c.id, bad_id)]
    return select(reduce(lambda text, part: text + "," + part, found)).scalar_subquery()
