"""Deliveries counted by the hour of their making, for charts. Whoever asks has already been let in.

However much there is, this stays cheap: an hour's deliveries are counted in an index, up to a limit; what became of
them is looked up for its newest, and where it has more than those, their shares stand for the whole hour.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    Subquery,
    bindparam,
    case,
    cast,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

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
SPAN = ("start_ms", "first", "after")

Outer = tuple[Any, CTE]
Owners = tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]]
OF_CONFIGS: Owners = (PostbackConfig.id, Delivery.postback_config_id)
OF_LOCATIONS: Owners = (Location.id, Delivery.location_id)
"""Whose deliveries: the owner's id, and the column that holds it."""


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
    """Whether there were too many to look at each: the figures are then reckoned from the hour's newest."""
    more: bool = False
    """Whether there were even more than the figures say: too many to be counted."""

    @property
    def total(self) -> int:
        return self.delivered + self.failed + self.open + self.cancelled


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of a span's deliveries are looked at, how many are counted at most, and whether latencies are told."""

    looked_at: int
    counted: int
    latencies: bool = False


OF_ONE = Limits(looked_at=200, counted=2_500, latencies=True)
OF_A_LINE = Limits(looked_at=12, counted=200)


def hours_until(now_ms: int, count: int = HOURS_SHOWN) -> list[int]:
    """Where the last `count` hours begin, oldest first; the last one is still going on."""
    current = now_ms - now_ms % HOUR_MS
    return [current - HOUR_MS * (count - 1 - place) for place in range(count)]


def hours_of_config(config_id: str) -> Sequence[Hour]:
    """The last 24 hours of one config."""
    return hours_of_configs([config_id], OF_ONE)[config_id]


def hours_of_location(location_id: str) -> Sequence[Hour]:
    """The last 24 hours of one location."""
    starts = hours_until(wall_ms())
    return _by_hour([location_id], starts, _figures([location_id], OF_LOCATIONS, starts, HOUR_MS, OF_ONE))[location_id]


def hours_of_configs(config_ids: Sequence[str], limits: Limits = OF_A_LINE) -> Mapping[str, Sequence[Hour]]:
    """The last 24 hours of each of these configs, by id, in one query."""
    starts = hours_until(wall_ms())
    return _by_hour(config_ids, starts, _figures(config_ids, OF_CONFIGS, starts, HOUR_MS, limits))


def newest_of_configs(config_ids: Sequence[str], since_ms: int, most: int) -> Mapping[str, Hour]:
    """What became of the newest deliveries since then of each config that has any: all of them, or `most`."""
    found = _figures(config_ids, OF_CONFIGS, [since_ms], wall_ms() + HOUR_MS - since_ms, Limits(most, most))
    return {id_: replace(told, estimated=told.more, more=False) for id_, told in found}


def _by_hour(ids: Sequence[str], starts: Sequence[int], told: Iterable[tuple[str, Hour]]) -> dict[str, list[Hour]]:
    found = {id_: [Hour(start) for start in starts] for id_ in ids}
    for id_, hour in told:
        found[id_][(hour.start_ms - starts[0]) // HOUR_MS] = hour
    return found


def _figures(
    ids: Sequence[str], owners: Owners, starts: Sequence[int], length_ms: int, limits: Limits
) -> Iterator[tuple[str, Hour]]:
    """Each owner's spans in which there was something."""
    spans = [(start, first_id_at(start), first_id_at(start + length_ms)) for start in starts]
    given = {
        f"{name}_{place}": value for place, span in enumerate(spans) for name, value in zip(SPAN, span, strict=True)
    }
    for found, start_ms, total, told in db.session.execute(_asked(owners, len(spans), limits), {**given, "ids": ids}):
        if total:
            yield found, _hour(start_ms, total, told, limits)


@cache
def _asked(owners: Owners, count: int, limits: Limits) -> Select[Any]:
    """The question about so many spans. Making a statement of this size takes as long as answering it: once will do."""
    id_, owner = owners
    spans = _spans(count)
    within = (owner == id_) & (Delivery.id >= spans.c.first) & (Delivery.id < spans.c.after)
    outer = (id_.class_, spans)
    asked = select(id_, spans.c.start_ms, _count(within, outer, limits), _outcomes(within, outer, limits))
    return asked.join(spans, true()).where(id_.in_(bindparam("ids", expanding=True)))


def _spans(count: int) -> CTE:
    """The spans as a table, to be given: the beginning of each, and the ids it lies between."""
    types: Sequence[TypeEngine[Any]] = (BigInteger(), Id, Id)
    rows = [
        select(
            *(bindparam(f"{name}_{place}", type_=type_).label(name) for name, type_ in zip(SPAN, types, strict=True))
        )
        for place in range(count)
    ]
    return (union_all(*rows) if count > 1 else rows[0]).cte("spans")


def _count(within: ColumnElement[bool], outer: Outer, limits: Limits) -> ScalarSelect[int]:
    """How many there are, up to one more than are counted."""
    some = select(Delivery.id).where(within).limit(limits.counted + 1).correlate(*outer).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _outcomes(within: ColumnElement[bool], outer: Outer, limits: Limits) -> ScalarSelect[str]:
    """Of the newest, as one text: how many are delivered, failed, open, cancelled; then p50 and p95, empty for none.

    One text, because that is all that one look into an index can bring back on both stores.
    """
    latency = (Delivery.finished_ms - Delivery.created_ms).label("latency")
    newest = select(Delivery.state, latency).where(within).order_by(Delivery.id.desc()).limit(limits.looked_at)
    seen: Subquery = newest.correlate(*outer).subquery()
    if limits.latencies:
        rank = func.cume_dist().over(partition_by=seen.c.state, order_by=seen.c.latency).label("rank")
        seen = select(seen.c.state, seen.c.latency, rank).subquery()
    counts = [func.count(case((seen.c.state.in_(states), 1))) for states in STATES.values()]
    texts = [cast(count, String) for count in counts] + (_latencies(seen) if limits.latencies else [])
    return select(reduce(lambda text, part: text + "," + part, texts)).scalar_subquery()


def _latencies(ranked: Subquery) -> list[ColumnElement[str]]:
    is_delivered = ranked.c.state == DeliveryState.DELIVERED
    found = [func.min(case((is_delivered & (ranked.c.rank >= share), ranked.c.latency))) for share in SHARES]
    return [func.coalesce(cast(latency, String), "") for latency in found]


def _hour(start_ms: int, total: int, told: str, limits: Limits) -> Hour:
    """The newest's shares are spread over all of them; what is left over goes to the largest."""
    parts = told.split(",")
    seen = [int(part) for part in parts[: len(STATES)]]
    p50, p95 = (int(part) if part else None for part in parts[len(STATES) :] or ("", ""))
    counted = min(total, limits.counted)
    counts = [count * counted // sum(seen) for count in seen]
    counts[seen.index(max(seen))] += counted - sum(counts)
    figures = dict(zip(STATES, counts, strict=True))
    return Hour(start_ms, **figures, p50_ms=p50, p95_ms=p95, estimated=counted > sum(seen), more=total > counted)
