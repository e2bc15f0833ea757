"""Figures for the console's lists and overviews. Whoever asks has already been let in to the location.

Ids sort by the time of their making, so "the last 24 hours" is a range of an index. Whatever is counted is counted up
to a limit, so that a location with a million deliveries costs what one with thousands does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from extensions import db
from models import Delivery, DeliveryState, Event, PostbackConfig, first_id_at, wall_ms
from models.delivery import SENDING_ONLY, WAITING_ONLY
from resources.delivery_filter import Walks
from resources.delivery_walk import walk
from resources.hours import Hour, day_of_locations, hours_until
from resources.record_search import Count

FAILURES_SHOWN = 5
LOOK_SECONDS = 0.01
"""How long failures are looked for among what did not fail."""
MOST_COUNTED = 20_000
MEDIAN_OF = 500
"""The median is that of so many of the newest deliveries."""


@dataclass(frozen=True, slots=True)
class LocationFigures:
    """A location's line in the list: configs that are on, and what became of the last 24 hours' deliveries."""

    active_postbacks: int = 0
    delivered: int = 0
    failed: int = 0
    estimated: bool = False
    """Whether `delivered` is reckoned from the newest."""


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
    """The figures of each of these locations, by id."""
    days, failed, active = day_of_locations(location_ids), _failed(location_ids), _active_postbacks(location_ids)
    return {
        id_: LocationFigures(
            active.get(id_, 0), day.delivered, max(failed.get(id_, 0), day.failed), day.estimated or day.more
        )
        for id_, day in ((id_, days.get(id_, Hour(0))) for id_ in location_ids)
    }


def day_of_location(location_id: str, hours: Sequence[Hour]) -> Day:
    """The last 24 hours of one location, whose `hours` they are (`resources.hours`)."""
    since = first_id_at(hours[0].start_ms)
    return Day(
        events=_count(select(Event.id).where(Event.location_id == location_id, Event.id >= since)),
        delivered=sum(hour.delivered for hour in hours),
        failed=max(sum(hour.failed for hour in hours), _failed([location_id]).get(location_id, 0)),
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


def _failed(location_ids: Sequence[str]) -> dict[str, int]:
    """How many of the last 24 hours failed, at each location where any did: among the newest that failed anywhere."""
    newest = (
        select(Delivery.location_id)
        .where(Delivery.state == DeliveryState.FAILED, Delivery.id >= first_id_at(hours_until(wall_ms())[0]))
        .order_by(Delivery.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    here = newest.c.location_id.in_(location_ids)
    rows = db.session.execute(select(newest.c.location_id, func.count()).where(here).group_by(newest.c.location_id))
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
