"""Claims: take what is due under a lease, and hand back what was not sent.

A claim is one short transaction: it marks the deliveries `sending` under the pump's token until the lease ends,
and writes each attempt as `sending` before a byte leaves. Where the due rows are few they are taken oldest first;
where they pile up, the claim goes round the configs, a bounded number of rows each, so that one config's backlog
costs the others nothing. Both ways end in the same rows through indexes; neither sorts the backlog.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    Update,
    bindparam,
    delete,
    func,
    lateral,
    literal,
    select,
    update,
)
from sqlalchemy import column as sql_column
from sqlalchemy import values as sql_values
from sqlalchemy.types import BigInteger, String

from failpoints import Place, failpoint
from models import Attempt, AttemptState, Delivery, DeliveryState, Event
from postbacks import bulk
from postbacks.among import among, id_list

FEW = 256
CONFIGS_A_CLAIM = 200

WAITING = Delivery.state == DeliveryState.WAITING.value
Room = Callable[[str], int]
"""How many more deliveries of a config may be claimed."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery in the pump's hands."""

    id: str
    config_id: str
    attempts_made: int
    attempts_granted: int
    interruptions: int
    sequence: int
    trigger: str
    due_ms: int


@dataclass(frozen=True, slots=True)
class Payload:
    """What a delivery tells."""

    type: str
    resource: str
    data: str


def due(connection: Connection, now_ms: int, room: Room, after: str) -> tuple[list[Claimed], str]:
    """Deliveries that are due, as many of each config as it has room for; locked on PostgreSQL.

    `after` is the config id where the last round ended; the answer's second part is where this one did.
    """
    oldest = connection.execute(_candidates(now_ms).order_by(Delivery.next_attempt_ms).limit(FEW)).all()
    if len(oldest) < FEW:
        return _within_room(oldest, room), after
    configs = _configs_with_due(connection, now_ms, after)
    shares = [(config_id, room(config_id)) for config_id in configs]
    wanted = [(config_id, share) for config_id, share in shares if share > 0]
    last = configs[-1] if len(configs) == CONFIGS_A_CLAIM else ""
    return [_claimed(row) for row in _shares_of(connection, now_ms, wanted)], last


def _candidates(now_ms: int) -> Select[str, str, int, int, int, int, str | None, int | None]:
    """What a pump must know of a due delivery. Rows that another pump holds are passed over."""
    return (
        select(
            Delivery.id,
            Delivery.postback_config_id,
            Delivery.attempts_made,
            Delivery.attempts_granted,
            Delivery.interruptions,
            Delivery.attempts_begun,
            Delivery.next_trigger,
            Delivery.next_attempt_ms,
        )
        .where(WAITING, Delivery.next_attempt_ms <= now_ms)
        .with_for_update(skip_locked=True)
    )


def _claimed(row: Row[*tuple[Any, ...]]) -> Claimed:
    delivery_id, config_id, made, granted, interruptions, begun, trigger, due_ms = row
    return Claimed(delivery_id, config_id, made, granted, interruptions, begun + 1, trigger or "automatic", due_ms)


def _within_room(rows: Iterable[Row[*tuple[Any, ...]]], room: Room) -> list[Claimed]:
    left: dict[str, int] = {}
    taken = []
    for row in rows:
        one = _claimed(row)
        left.setdefault(one.config_id, room(one.config_id))
        if left[one.config_id] > 0:
            left[one.config_id] -= 1
            taken.append(one)
    return taken


def _configs_with_due(connection: Connection, now_ms: int, after: str) -> Sequence[str]:
    """The next configs, in the order of their ids from `after` on, that have something due.

    Hops from config to config along the index instead of reading the backlog between them.
    """
    first = _first_config_after(literal(after, String))
    hops = select(first.label("config_id")).cte("hops", recursive=True)
    hops = hops.union_all(
        select(_first_config_after(hops.c.config_id).label("config_id")).where(hops.c.config_id.is_not(None))
    )
    something_due = (
        select(Delivery.id)
        .where(WAITING, Delivery.postback_config_id == hops.c.config_id, Delivery.next_attempt_ms <= now_ms)
        .exists()
    )
    query = select(hops.c.config_id).where(hops.c.config_id.is_not(None), something_due).limit(CONFIGS_A_CLAIM)
    return connection.scalars(query).all()


def _first_config_after(config_id: ColumnElement[Any]) -> ScalarSelect[str]:
    return (
        select(Delivery.postback_config_id)
        .where(WAITING, Delivery.postback_config_id > config_id)
        .order_by(Delivery.postback_config_id)
        .limit(1)
        .scalar_subquery()
    )


def _shares_of(connection: Connection, now_ms: int, wanted: list[tuple[str, int]]) -> Iterable[Row[*tuple[Any, ...]]]:
    """The oldest due deliveries of each config, up to its share."""
    if not wanted:
        return []
    if connection.dialect.name == "sqlite":  # in process: a query a config costs microseconds
        return [row for config_id, share in wanted for row in connection.execute(_share(now_ms, config_id, share))]
    shares = sql_values(sql_column("config_id", String), sql_column("share", BigInteger), name="shares").data(wanted)
    each = lateral(_share(now_ms, shares.c.config_id, shares.c.share), "each")
    return connection.execute(select(each).select_from(shares.join(each, literal(value=True))))


def _share(now_ms: int, config_id: Any, share: Any) -> Select[*tuple[Any, ...]]:
    return (
        _candidates(now_ms)
        .where(Delivery.postback_config_id == config_id)
        .order_by(Delivery.next_attempt_ms)
        .limit(share)
    )


@cache
def _telling(store: str) -> Select[str, str, str, str]:
    return (
        select(Delivery.id, Event.type, Event.resource, func.coalesce(Delivery.data, Event.data))
        .join(Event, Event.id == Delivery.event_id)
        .where(among(Delivery.id, store))
    )


def payloads(connection: Connection, claimed: Sequence[Claimed]) -> dict[str, Payload]:
    """What these deliveries tell, by delivery id."""
    store = connection.dialect.name
    rows = connection.execute(_telling(store), {"ids": id_list((one.id for one in claimed), store)})
    return {id_: Payload(type_, resource, data) for id_, type_, resource, data in rows}


@cache
def _taking(store: str) -> Update:
    return (
        update(Delivery)
        .where(among(Delivery.id, store))
        .values(
            state=DeliveryState.SENDING.value,
            lease_token=bindparam("token"),
            lease_until_ms=bindparam("until_ms"),
            attempts_begun=Delivery.attempts_begun + 1,
        )
    )


def take(connection: Connection, claimed: Sequence[Claimed], token: str, lease_until_ms: int) -> None:
    """Mark these deliveries as being sent under a lease."""
    store = connection.dialect.name
    ids = id_list((one.id for one in claimed), store)
    connection.execute(_taking(store), {"ids": ids, "token": token, "until_ms": lease_until_ms})


def begin_attempts(connection: Connection, claimed: Sequence[Claimed], urls: dict[str, str], now_ms: int) -> None:
    """Write each attempt as `sending`."""
    bulk.begin_attempts(
        connection,
        [(one.id, one.sequence, one.attempts_made + 1, one.trigger, urls[one.config_id], now_ms) for one in claimed],
    )
    failpoint(Place.CLAIM_WRITTEN)


def hand_back(connection: Connection, claimed: Sequence[Claimed], token: str) -> None:
    """Give back what was claimed but not sent, as if it had never been claimed."""
    if not claimed:
        return
    connection.execute(
        update(Delivery)
        .where(Delivery.id.in_([one.id for one in claimed]), Delivery.lease_token == token)
        .values(
            state=DeliveryState.WAITING.value,
            lease_token=None,
            lease_until_ms=None,
            attempts_begun=Delivery.attempts_begun - 1,
        )
    )
    connection.execute(
        delete(Attempt).where(
            Attempt.delivery_id == bindparam("b_delivery_id"),
            Attempt.sequence == bindparam("b_sequence"),
            Attempt.state == AttemptState.SENDING.value,
        ),
        [{"b_delivery_id": one.id, "b_sequence": one.sequence} for one in claimed],
    )
