"""Finding what is due: oldest first where it is little, going round the configs where it piles up.

Where it piles up each claim takes a bounded number of rows of each config, so that one config's backlog costs the
others nothing. Both ways read their rows through an index; neither sorts or reads the backlog. On PostgreSQL the
rows are locked, and rows that another pump holds are passed over.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, islice
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    String,
    Text,
    bindparam,
    case,
    column,
    func,
    lateral,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import sqlite

from models import Delivery, DeliveryState
from postbacks.among import among, id_list

FEW = 256
CONFIGS_A_CLAIM = 200

# Written out, not bound: only then can a prepared plan use the indexes that are made for waiting rows alone.
WAITING = Delivery.state == literal_column(f"'{DeliveryState.WAITING.value}'", String)
NOW = bindparam("now_ms", type_=BigInteger)


class Claimed(NamedTuple):
    """One delivery in the pump's hands."""

    id: str
    config_id: str
    attempts_made: int
    attempts_granted: int
    interruptions: int
    sequence: int
    trigger: str
    due_ms: int
    payload_bytes: int


class Most(NamedTuple):
    """How much may be taken in all: a pump that holds a great deal already takes little."""

    rows: int
    payload_bytes: int

    def of(self, found: list[Claimed]) -> list[Claimed]:
        """The first of these that it has place for; one at least, or what is too large would never be sent."""
        sizes = accumulate(one.payload_bytes for one in found[: self.rows])
        return found[: max(1, sum(size <= self.payload_bytes for size in sizes))]


class Lanes(Protocol):
    """Where what is claimed goes."""

    def room(self, config_id: str) -> int:
        """How many more deliveries of this config may be claimed."""

    def full(self) -> list[str]:
        """The configs that are known to have no room."""

    def place(self) -> Most:
        """How much may be claimed in all."""


def due(connection: Connection, now_ms: int, lanes: Lanes, after: str | None) -> tuple[list[Claimed], str | None]:
    """Deliveries that are due, as many as the lanes have room for.

    `after` is the config id where the last round ended; None: nothing piled up then. The answer's second part is
    the same for the next call.
    """
    most = lanes.place()
    if after is None:
        store = connection.dialect.name
        oldest = connection.execute(_few_oldest(store), {"now_ms": now_ms, "ids": id_list(lanes.full(), store)}).all()
        if oldest:
            return most.of(_within_room(oldest, lanes)), None
    configs = _configs_with_due(connection, now_ms, after or "")
    wanted = {config_id: share for config_id in configs if (share := lanes.room(config_id)) > 0}
    found = [Claimed._make(row) for row in _shares_of(connection, now_ms, wanted, most.rows)]
    taken = most.of(found)
    if taken and (len(taken) < len(found) or len(found) == most.rows):
        return taken, taken[-1].config_id
    if len(configs) == CONFIGS_A_CLAIM:
        return taken, configs[-1]
    took = Counter(one.config_id for one in taken)
    piled_up = any(took[config_id] >= wanted.get(config_id, 0) for config_id in configs)
    return taken, "" if piled_up else None


def _candidates() -> Select[*tuple[Any, ...]]:
    """What a pump must know of a due delivery, in the order of `Claimed`."""
    return (
        select(
            Delivery.id,
            Delivery.postback_config_id,
            Delivery.attempts_made,
            Delivery.attempts_granted,
            Delivery.interruptions,
            Delivery.attempts_begun + literal_column("1", BigInteger),
            func.coalesce(Delivery.next_trigger, literal_column("'automatic'", String)),
            Delivery.next_attempt_ms,
            Delivery.payload_bytes,
        )
        .where(WAITING, Delivery.next_attempt_ms <= NOW)
        .order_by(Delivery.next_attempt_ms)
        .with_for_update(skip_locked=True)
    )


@cache
def _few_oldest(store: str) -> Select[*tuple[Any, ...]]:
    """All that is due, oldest first, where it is little; nothing, and nothing locked, where it piles up.

    Without the configs called `ids`.
    """
    some = select(Delivery.id).where(WAITING, Delivery.next_attempt_ms <= NOW).limit(FEW).subquery()
    few = select(func.count()).select_from(some).scalar_subquery() < FEW
    wanted = _candidates().where(~among(Delivery.postback_config_id, store))
    if store == "sqlite":  # would ask the condition of every row again
        return wanted.limit(case((few, FEW), else_=0))
    return wanted.where(few).limit(FEW)


def _within_room(rows: Iterable[Sequence[Any]], lanes: Lanes) -> list[Claimed]:
    left: dict[str, int] = {}
    taken = []
    for row in rows:
        one = Claimed._make(row)
        left.setdefault(one.config_id, lanes.room(one.config_id))
        if left[one.config_id] > 0:
            left[one.config_id] -= 1
            taken.append(one)
    return taken


def _configs_with_due(connection: Connection, now_ms: int, after: str) -> Sequence[str]:
    """The next configs, in the order of their ids from `after` on, that have something due."""
    return connection.scalars(_round(), {"now_ms": now_ms, "after": after}).all()


@cache
def _round() -> Select[str]:
    """Hops from config to config along the index instead of reading the backlog between them."""
    first = _first_config_after(bindparam("after", type_=Text))
    hops = select(first.label("config_id")).cte("hops", recursive=True)
    hops = hops.union_all(
        select(_first_config_after(hops.c.config_id).label("config_id")).where(hops.c.config_id.is_not(None))
    )
    # Its first, compared: asked whether there is one, a planner may read them all to build a table of the answers.
    first_due_ms = (
        select(Delivery.next_attempt_ms)
        .where(WAITING, Delivery.postback_config_id == hops.c.config_id)
        .order_by(Delivery.next_attempt_ms)
        .limit(1)
        .scalar_subquery()
    )
    return select(hops.c.config_id).where(hops.c.config_id.is_not(None), first_due_ms <= NOW).limit(CONFIGS_A_CLAIM)


def _first_config_after(config_id: ColumnElement[Any]) -> ScalarSelect[str]:
    """The next config that has something waiting.

    In the order that only the index of what waits has: by the config alone, a planner whose statistics are from a
    moment when nearly everything waited takes an index of all deliveries, and reads a config's history to its end.
    """
    return (
        select(Delivery.postback_config_id)
        .where(WAITING, Delivery.postback_config_id > config_id)
        .order_by(Delivery.postback_config_id, Delivery.next_attempt_ms)
        .limit(1)
        .scalar_subquery()
    )


def _shares_of(connection: Connection, now_ms: int, wanted: dict[str, int], most: int) -> Iterator[Sequence[Any]]:
    """The oldest due deliveries of each config, up to its share, and `most` rows in all."""
    if not wanted:
        return iter(())
    if connection.dialect.name == "sqlite":  # in process: a query a config costs microseconds
        text, fixed = _share_text()
        given = (
            {**fixed, "now_ms": now_ms, "config_id": config_id, "count": count} for config_id, count in wanted.items()
        )
        return islice((row for values in given for row in connection.exec_driver_sql(text, values)), most)
    values = {"now_ms": now_ms, "config_ids": list(wanted), "counts": list(wanted.values()), "most": most}
    return iter(connection.execute(_shares(), values))


def _share(config_id: Any, count: Any) -> Select[*tuple[Any, ...]]:
    return _candidates().where(Delivery.postback_config_id == config_id).limit(count)


@cache
def _share_text() -> tuple[str, dict[str, Any]]:
    """One config's share as SQLite takes it, and what SQLAlchemy binds besides now_ms, config_id and count."""
    share = _share(bindparam("config_id", type_=Text), bindparam("count", type_=BigInteger))
    compiled = share.compile(dialect=sqlite.dialect(paramstyle="named"))
    return str(compiled), compiled.params


@cache
def _shares() -> Select[*tuple[Any, ...]]:
    """Every config's share in one statement, for stores that can look back at a row from a subquery."""
    wanted = func.unnest(bindparam("config_ids", type_=ARRAY(Text)), bindparam("counts", type_=ARRAY(BigInteger)))
    rows = wanted.table_valued(column("config_id", Text), column("count", BigInteger), name="wanted").render_derived()
    each = lateral(_share(rows.c.config_id, rows.c.count), "each")
    return select(each).select_from(rows.join(each, literal(value=True))).limit(bindparam("most", type_=BigInteger))
