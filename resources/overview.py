"""Figures for the console's lists and overviews. Whoever asks has already been let in to the location.

Ids sort by the time of their making, so "the last 24 hours" is a range of an index. Whatever is counted is counted up
to a limit, so that a location with a million deliveries costs what one with thousands does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select, union_all
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
    counts, under_way = _counts(location_ids), _open(location_ids)
    ended = _ended(location_ids, DeliveryState.FAILED, DeliveryState.CANCELLED)
    return {
        id_: LocationFigures(
            active,
            max(0, count.number - sum(by_state[id_] for by_state in (*ended.values(), under_way))),
            ended[DeliveryState.FAILED][id_],
            count.more,
        )
        for id_, (active, count) in counts.items()
    }


def day_of_location(location_id: str, hours: Sequence[Hour]) -> Day:
    """The last 24 hours of one location, whose `hours` they are (`resources.hours`)."""
    since = first_id_at(hours[0].start_ms)
    ended = _ended([location_id], DeliveryState.FAILED)
    return Day(
        events=_count(select(Event.id).where(Event.location_id == location_id, Event.id >= since)),
        delivered=sum(hour.delivered for hour in hours),
        failed=max(sum(hour.failed for hour in hours), ended[DeliveryState.FAILED][location_id]),
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


def _counts(location_ids: Sequence[str]) -> dict[str, tuple[int, Count]]:
    """How many configs are on at each location, and how many deliveries the last 24 hours made, up to a limit."""
    some = (
        select(Delivery.id)
        .where(Delivery.location_id == Location.id, Delivery.id >= _since())
        .limit(MOST_OF_A_LINE + 1)
        .correlate(Location)
        .subquery()
    )
    made = select(func.count()).select_from(some).scalar_subquery()
    active = (
        select(func.count())
        .where(PostbackConfig.location_id == Location.id)
        .where(PostbackConfig.is_active, PostbackConfig.deleted_ts.is_(None))
        .correlate(Location)
        .scalar_subquery()
    )
    rows = db.session.execute(select(Location.id, active, made).where(Location.id.in_(location_ids)))
    return {id_: (on, Count(min(number, MOST_OF_A_LINE), more=number > MOST_OF_A_LINE)) for id_, on, number in rows}


def _ended(location_ids: Sequence[str], *states: DeliveryState) -> dict[str, Counter[str]]:
    """How many of the last 24 hours ended so, by state, at each location: of the newest that did anywhere."""
    newest = [
        select(Delivery.state, Delivery.location_id)
        .where(Delivery.state == state, Delivery.id >= _since())
        .order_by(Delivery.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
        .select()
        for state in states
    ]
    some = union_all(*newest).subquery()
    here = some.c.location_id.in_(location_ids)
    counted = select(some.c.state, some.c.location_id, func.count()).where(here)
    found: dict[str, Counter[str]] = {state: Counter() for state in states}
    for state, location_id, count in db.session.execute(counted.group_by(some.c.state, some.c.location_id)):
        found[state][location_id] = count
    return found


def _open(location_ids: Sequence[str]) -> Counter[str]:
    """How many of the last 24 hours are still under way at each location, as far as they are counted."""
    configs = select(PostbackConfig.id).where(PostbackConfig.location_id.in_(location_ids))
    waiting = select(Delivery.location_id).where(Delivery.postback_config_id.in_(configs), WAITING_ONLY)
    sending = select(Delivery.location_id).where(SENDING_ONLY)
    some = union_all(
        *(one.where(Delivery.id >= _since()).limit(MOST_OF_A_LINE).subquery().select() for one in (waiting, sending))
    ).subquery()
    here = select(some.c.location_id, func.count()).where(some.c.location_id.in_(location_ids))
    rows = db.session.execute(here.group_by(some.c.location_id))
    return Counter({location_id: count for location_id, count in rows})  # noqa: C416 - rows are no pairs to mypy


def _waiting(location_id: str) -> Count:
    """What waits for its turn, through the location's configs, and what is on the wire."""
    configs = select(PostbackConfig.id).where(PostbackConfig.location_id == location_id)
    waits = _count(select(Delivery.id).where(Delivery.postback_config_id.in_(configs), WAITING_ONLY))
    sending = _count(select(Delivery.id).where(SENDING_ONLY, Delivery.location_id == location_id))
    return Count(waits.number + sending.number, more=waits.more)


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
