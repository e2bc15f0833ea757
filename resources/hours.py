"""Deliveries counted by the hour of their making, for charts. Whoever asks has already been let in.

However much there is, this stays cheap: an hour's deliveries are counted in an index, up to a limit; what became of
them is looked up for its newest, and where it has more than those, their shares stand for the whole hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    ScalarSelect,
    String,
    case,
    cast,
    column,
    func,
    select,
    true,
    values,
)
from sqlalchemy.orm import InstrumentedAttribute

from extensions import db
from models import Delivery, DeliveryState, Location, PostbackConfig, first_id_at, wall_ms
from models.base import Id

HOUR_MS = 60 * 60 * 1000
HOURS_SHOWN = 24
STATES: Mapping[str, Sequence[str]] = {
    "delivered": [DeliveryState.DELIVERED],
    "failed": [DeliveryState.FAILED],
    "open": [DeliveryState.WAITING, DeliveryState.SENDING],
    "cancelled": [DeliveryState.CANCELLED],
}
"""An hour's figures, and the states that count toward each."""
SHARES = (0.50, 0.95)


@dataclass(frozen=True, slots=True)
class Hour:
    """What became of the deliveries that were created in one hour, up to now."""

    start_ms: int
    """The hour's beginning, in epoch milliseconds."""
    delivered: int = 0
    failed: int = 0
    """Given up."""
    open: int = 0
    """Waiting, or on the wire."""
    cancelled: int = 0
    p50_ms: int | None = None
    p95_ms: int | None = None
    """Milliseconds from the event to its acknowledgement that this share stayed within; None where none was."""
    estimated: bool = False
    """Whether there were too many to look at each: the counts are then reckoned from the hour's newest."""

    @property
    def total(self) -> int:
        return self.delivered + self.failed + self.open + self.cancelled


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of an hour's deliveries are looked at, and how many are counted at most."""

    looked_at: int
    counted: int


OF_ONE = Limits(looked_at=500, counted=5_000)
OF_A_LINE = Limits(looked_at=20, counted=400)


def hours_until(now_ms: int, count: int = HOURS_SHOWN) -> list[int]:
    """Where the last `count` hours begin, oldest first; the last one is still going on."""
    current = now_ms - now_ms % HOUR_MS
    return [current - HOUR_MS * (count - 1 - place) for place in range(count)]


def hours_of_config(config_id: str) -> Sequence[Hour]:
    """The last 24 hours of one config."""
    return hours_of_configs([config_id], OF_ONE)[config_id]


def hours_of_location(location_id: str) -> Sequence[Hour]:
    """The last 24 hours of one location."""
    return _hours([location_id], Location.id, Delivery.location_id, OF_ONE)[location_id]


def hours_of_configs(config_ids: Sequence[str], limits: Limits = OF_A_LINE) -> Mapping[str, Sequence[Hour]]:
    """The last 24 hours of each of these configs, by id, in one query."""
    return _hours(config_ids, PostbackConfig.id, Delivery.postback_config_id, limits)


def _hours(
    ids: Sequence[str], id_: InstrumentedAttribute[str], owner: InstrumentedAttribute[str], limits: Limits
) -> dict[str, list[Hour]]:
    starts = hours_until(wall_ms())
    found = {each: [Hour(start) for start in starts] for each in ids}
    spans = _spans(starts)
    within = (owner == id_) & (Delivery.id >= spans.c.first) & (Delivery.id < spans.c.after)
    outer = (id_.class_, spans)
    count, outcomes = _count(within, outer, limits.counted), _outcomes(within, outer, limits.looked_at)
    asked = select(id_, spans.c.start_ms, count, outcomes).join(spans, true()).where(id_.in_(ids))
    for each, start_ms, total, told in db.session.execute(asked):
        if total:
            found[each][(start_ms - starts[0]) // HOUR_MS] = _hour(start_ms, total, told)
    return found


def _spans(starts: Sequence[int]) -> CTE:
    """The hours as a table: the beginning of each, and the ids it lies between."""
    rows = [(start, first_id_at(start), first_id_at(start + HOUR_MS)) for start in starts]
    return values(column("start_ms", BigInteger), column("first", Id), column("after", Id)).data(rows).cte("spans")


def _count(within: ColumnElement[bool], outer: tuple[Any, ...], most: int) -> ScalarSelect[int]:
    """How many there are, up to `most`."""
    some = select(Delivery.id).where(within).limit(most).correlate(*outer).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _outcomes(within: ColumnElement[bool], outer: tuple[Any, ...], most: int) -> ScalarSelect[str]:
    """Of the newest, as one text: how many are delivered, failed, open, cancelled; p50 and p95, empty for none.

    One text, because that is all that one look into an index can bring back on both stores.
    """
    latency = (Delivery.finished_ms - Delivery.created_ms).label("latency")
    newest = select(Delivery.state, latency).where(within).order_by(Delivery.id.desc()).limit(most).correlate(*outer)
    one = newest.subquery()
    rank = func.cume_dist().over(partition_by=one.c.state, order_by=one.c.latency).label("rank")
    ranked = select(one.c.state, one.c.latency, rank).subquery()
    is_delivered = ranked.c.state == DeliveryState.DELIVERED
    counts = [func.count(case((ranked.c.state.in_(states), 1))) for states in STATES.values()]
    latencies = [func.min(case((is_delivered & (ranked.c.rank >= share), ranked.c.latency))) for share in SHARES]
    texts = [func.coalesce(cast(part, String), "") for part in (*counts, *latencies)]
    return select(reduce(lambda text, part: text + "," + part, texts)).scalar_subquery()


def _hour(start_ms: int, total: int, told: str) -> Hour:
    """An hour from what was found of it: the newest's shares are spread over all of it, the rest to the largest."""
    *counts, p50, p95 = (int(part) if part else None for part in told.split(","))
    looked_at = [count or 0 for count in counts]
    seen = sum(looked_at)
    whole = [count * total // seen for count in looked_at]
    whole[looked_at.index(max(looked_at))] += total - sum(whole)
    return Hour(start_ms, *whole, p50_ms=p50, p95_ms=p95, estimated=total > seen)
