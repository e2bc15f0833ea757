"""Figures for the console's lists and overviews. Whoever asks has already been let in to the location.

Ids sort by the time of their making, so "the last 24 hours" is a range of an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from extensions import db
from models import Delivery, DeliveryState, Event, PostbackConfig, first_id_at, wall_ms

DAY_MS = 24 * 60 * 60 * 1000
FAILURES_SHOWN = 5
UNFINISHED = (DeliveryState.WAITING, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class LocationFigures:
    """A location's line in the list: configs that are on, and what became of the last 24 hours' deliveries."""

    active_postbacks: int = 0
    delivered: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """What happened at a location in the last 24 hours. `waiting` is of any age."""

    events: int
    delivered: int
    failed: int
    waiting: int
    median_ms: int | None
    """Milliseconds from the event to its acknowledgement; None where nothing was delivered."""

    @property
    def delivered_percent(self) -> float | None:
        """Of what came to an end; None where nothing did."""
        ended = self.delivered + self.failed
        return 100 * self.delivered / ended if ended else None


def figures_of_locations(location_ids: Sequence[str]) -> dict[str, LocationFigures]:
    """The figures of each of these locations, by id."""
    counts = _outcomes_by_location(location_ids)
    active = _active_postbacks(location_ids)
    return {
        id_: LocationFigures(
            active.get(id_, 0),
            counts.get((id_, DeliveryState.DELIVERED), 0),
            counts.get((id_, DeliveryState.FAILED), 0),
        )
        for id_ in location_ids
    }


def day_of_location(location_id: str) -> Day:
    """The last 24 hours of one location."""
    since = first_id_at(wall_ms() - DAY_MS)
    counts = _outcomes_by_location([location_id])
    delivered = counts.get((location_id, DeliveryState.DELIVERED), 0)
    return Day(
        events=_count(select(func.count()).where(Event.location_id == location_id, Event.id >= since)),
        delivered=delivered,
        failed=counts.get((location_id, DeliveryState.FAILED), 0),
        waiting=_count(select(func.count()).where(Delivery.location_id == location_id, Delivery.state.in_(UNFINISHED))),
        median_ms=_median_ms(_recent([location_id], since), delivered),
    )


def last_failures(location_id: str) -> Sequence[Delivery]:
    """The newest deliveries that failed for good, with event and config."""
    return db.session.scalars(
        select(Delivery)
        .where(Delivery.location_id == location_id, Delivery.state == DeliveryState.FAILED)
        .options(joinedload(Delivery.event), joinedload(Delivery.config))
        .order_by(Delivery.id.desc())
        .limit(FAILURES_SHOWN)
    ).all()


def has_postbacks(location_id: str) -> bool:
    """Whether the location has any config at all, on or off."""
    configs = select(PostbackConfig.id).where(
        PostbackConfig.location_id == location_id, PostbackConfig.deleted_ts.is_(None)
    )
    return db.session.scalar(configs.limit(1)) is not None


def _recent(location_ids: Sequence[str], since: str) -> ColumnElement[bool]:
    return Delivery.location_id.in_(location_ids) & (Delivery.id >= since)


def _outcomes_by_location(location_ids: Sequence[str]) -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(Delivery.location_id, Delivery.state, func.count())
        .where(_recent(location_ids, first_id_at(wall_ms() - DAY_MS)))
        .group_by(Delivery.location_id, Delivery.state)
    )
    return {(location_id, state): count for location_id, state, count in rows}


def _active_postbacks(location_ids: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(PostbackConfig.location_id, func.count())
        .where(PostbackConfig.location_id.in_(location_ids))
        .where(PostbackConfig.is_active, PostbackConfig.deleted_ts.is_(None))
        .group_by(PostbackConfig.location_id)
    )
    return {location_id: count for location_id, count in rows}  # noqa: C416


def _median_ms(condition: ColumnElement[bool], count: int) -> int | None:
    latency = Delivery.finished_ms - Delivery.created_ms
    delivered = select(latency).where(condition, Delivery.state == DeliveryState.DELIVERED)
    return db.session.scalar(delivered.order_by(latency).offset(max(0, count - 1) // 2).limit(1))


def _count(query: object) -> int:
    return db.session.scalar(query) or 0  # type: ignore[call-overload]
