"""Figures for the console's lists and overviews. Whoever asks has already been let in to the location.

Ids sort by the time of their making, so "the last 24 hours" is a range of an index. Whatever is counted is counted up
to a limit, so that a location with a million deliveries costs what one with thousands does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import joinedload

from extensions import db
from models import Delivery, DeliveryState, Event, Location, PostbackConfig, first_id_at, wall_ms
from models.delivery import SENDING_ONLY, WAITING_ONLY
from resources.delivery_filter import Walks
from resources.delivery_walk import walk
from resources.hours import Hour, hours_until
from resources.record_search import Count

FAILURES_SHOWN = 5
LOOK_SECONDS = 0.01
"""How long failures are looked for among what did not fail."""
MOST_COUNTED = 20_000
MOST_OF_A_LINE = 3_000
"""Of one location among many."""
MEDIAN_OF = 500
"""The median is that of so many of the newest deliveries."""


@dataclass(frozen=True, slots=True)
class LocationFigures:
    """A location's line in the list: configs that are on, and what became of the last 24 hours' deliveries."""

    active_postbacks: int = 0
    delivered: int = 0
    failed: int = 0
    more: bool = False
    """Whether there were too many to count: more were delivered."""


@dataclass(frozen=True, slots=True)
class Day:
    """What happened at a location in the last 24 hours. `waiting` is of any age."""

    events: Count
    delivered: int
    failed: int
    estimated: bool
    """Whether the two are reckoned from the newest of each hour."""
    waiting: Count
    median_ms: int | None
    """Milliseconds from the event to its acknowledgement; None where nothing was delivered."""

    @property
    def delivered_percent(self) -> float | None:
        """Of what came to an end; None where nothing did."""
        ended = self.delivered + self.failed
        return 100 * self.delivered / ended if ended else None


@dataclass(frozen=True, slots=True)
class Failures:
    """The newest deliveries that failed; `looked_at_all`: whether there can be no others."""

    deliveries: Sequence[Delivery]
    looked_at_all: bool


def figures_of_locations(location_ids: Sequence[str]) -> dict[str, LocationFigures]:
    """The figures of each of these locations, by id.

    Most deliveries are delivered, and only the others have indexes of their own: what is left over is delivered.
    """
    counts, active = _counts(location_ids), _active_postbacks(location_ids)
    failed, cancelled = (_ended(location_ids, state) for state in (DeliveryState.FAILED, DeliveryState.CANCELLED))
    waits = _open(location_ids)
    return {
        id_: LocationFigures(
            active.get(id_, 0),
            max(0, counts[id_].number - failed.get(id_, 0) - cancelled.get(id_, 0) - waits.get(id_, 0)),
            failed.get(id_, 0),
            counts[id_].more,
        )
        for id_ in location_ids
    }


def day_of_location(location_id: str, hours: Sequence[Hour]) -> Day:
    """The last 24 hours of one location, whose `hours` they are (`resources.hours`)."""
    since = first_id_at(hours[0].start_ms)
    return Day(
        events=_count(select(Event.id).where(Event.location_id == location_id, Event.id >= since)),
        delivered=sum(hour.delivered for hour in hours),
        failed=max(sum(hour.failed for hour in hours), _ended([location_id], DeliveryState.FAILED).get(location_id, 0)),
        estimated=any(hour.estimated or hour.more for hour in hours),
        waiting=_waiting(location_id),
        median_ms=_median_ms(location_id, since),
    )


def last_failures(location_id: str) -> Failures:
    """The newest deliveries that failed for good, with event and config."""
    here, failed = Delivery.location_id == location_id, Delivery.state == DeliveryState.FAILED
    found = walk(Walks(Delivery.id, [here], [failed]), None, FAILURES_SHOWN, LOOK_SECONDS)
    shown = select(Delivery).where(Delivery.id.in_(found.ids)).order_by(Delivery.id.desc())
    with_all = shown.options(joinedload(Delivery.event), joinedload(Delivery.config))
    return Failures(db.session.scalars(with_all).all() if found.ids else [], found.reached is None)


def has_postbacks(location_id: str) -> bool:
    """Whether the location has any config at all, on or off."""
    configs = select(PostbackConfig.id).where(
        PostbackConfig.location_id == location_id, PostbackConfig.deleted_ts.is_(None)
    )
    return db.session.scalar(configs.limit(1)) is not None


def _since() -> str:
    """The smallest id of the last 24 hours, as the charts count them."""
    return first_id_at(hours_until(wall_ms())[0])


def _counts(location_ids: Sequence[str]) -> dict[str, Count]:
    """How many deliveries the last 24 hours made at each location, up to a limit: counted in an index."""
    some = (
        select(Delivery.id)
        .where(Delivery.location_id == Location.id, Delivery.id >= _since())
        .limit(MOST_OF_A_LINE + 1)
        .correlate(Location)
        .subquery()
    )
    count = select(func.count()).select_from(some).scalar_subquery()
    rows = db.session.execute(select(Location.id, count).where(Location.id.in_(location_ids)))
    return {id_: Count(min(number, MOST_OF_A_LINE), more=number > MOST_OF_A_LINE) for id_, number in rows}


def _ended(location_ids: Sequence[str], state: DeliveryState) -> dict[str, int]:
    """How many of the last 24 hours ended so, at each location where any did: of the newest that did anywhere."""
    newest = (
        select(Delivery.location_id)
        .where(Delivery.state == state, Delivery.id >= _since())
        .order_by(Delivery.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    return _by_location(newest, location_ids)


def _open(location_ids: Sequence[str]) -> dict[str, int]:
    """How many of the last 24 hours are still under way at each location, as far as they are counted."""
    configs = select(PostbackConfig.id).where(PostbackConfig.location_id.in_(location_ids))
    waits = (
        select(Delivery.postback_config_id)
        .where(Delivery.postback_config_id.in_(configs), WAITING_ONLY, Delivery.id >= _since())
        .limit(MOST_OF_A_LINE)
        .subquery()
    )
    of_configs = waits.join(PostbackConfig, PostbackConfig.id == waits.c.postback_config_id)
    waiting = select(PostbackConfig.location_id, func.count()).select_from(of_configs)
    rows = db.session.execute(waiting.group_by(PostbackConfig.location_id))
    found = {location_id: count for location_id, count in rows}  # noqa: C416
    sending = select(Delivery.location_id).where(SENDING_ONLY, Delivery.id >= _since()).limit(MOST_OF_A_LINE)
    on_the_wire = _by_location(sending.subquery(), location_ids)
    return {id_: found.get(id_, 0) + on_the_wire.get(id_, 0) for id_ in location_ids}


def _by_location(some: Subquery, location_ids: Sequence[str]) -> dict[str, int]:
    here = some.c.location_id.in_(location_ids)
    rows = db.session.execute(select(some.c.location_id, func.count()).where(here).group_by(some.c.location_id))
    return {location_id: count for location_id, count in rows}  # noqa: C416


def _waiting(location_id: str) -> Count:
    """What waits for its turn, through the location's configs, and what is on the wire."""
    configs = select(PostbackConfig.id).where(PostbackConfig.location_id == location_id)
    waits = _count(select(Delivery.id).where(Delivery.postback_config_id.in_(configs), WAITING_ONLY))
    sending = _count(select(Delivery.id).where(SENDING_ONLY, Delivery.location_id == location_id))
    return Count(waits.number + sending.number, more=waits.more)


def _active_postbacks(location_ids: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(PostbackConfig.location_id, func.count())
        .where(PostbackConfig.location_id.in_(location_ids))
        .where(PostbackConfig.is_active, PostbackConfig.deleted_ts.is_(None))
        .group_by(PostbackConfig.location_id)
    )
    return {location_id: count for location_id, count in rows}  # noqa: C416


def _median_ms(location_id: str, since: str) -> int | None:
    newest = (
        select(Delivery.state, (Delivery.finished_ms - Delivery.created_ms).label("latency"))
        .where(Delivery.location_id == location_id, Delivery.id >= since)
        .order_by(Delivery.id.desc())
        .limit(MEDIAN_OF)
        .subquery()
    )
    delivered = newest.c.state == DeliveryState.DELIVERED
    latencies = db.session.scalars(select(newest.c.latency).where(delivered).order_by(newest.c.latency)).all()
    return latencies[(len(latencies) - 1) // 2] if latencies else None


def _count(query: Select[str]) -> Count:
    """How many the query finds, up to a limit."""
    found = db.session.scalar(select(func.count()).select_from(query.limit(MOST_COUNTED + 1).subquery())) or 0
    return Count(min(found, MOST_COUNTED), more=found > MOST_COUNTED)
