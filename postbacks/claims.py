"""Claims: take what is due under a lease, and hand back what was not sent.

A claim is one short transaction: it marks the deliveries `sending` under the pump's token until the lease ends,
and writes each attempt as `sending` before a byte leaves.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Select, Update, bindparam, delete, func, select, update

from failpoints import Place, failpoint
from models import Attempt, AttemptState, Delivery, DeliveryState, Event
from postbacks import bulk
from postbacks.among import among, id_list
from postbacks.due import Claimed


class Payload(NamedTuple):
    """What a delivery tells."""

    type: str
    resource: str
    data: str
    request_id: str | None = None
    """Of the request that caused it."""


@cache
def _telling(store: str) -> Select[str, str, str, str, str | None]:
    return (
        select(Delivery.id, Event.type, Event.resource, func.coalesce(Delivery.data, Event.data), Event.request_id)
        .join(Event, Event.id == Delivery.event_id)
        .where(among(Delivery.id, store))
    )


def payloads(connection: Connection, claimed: Sequence[Claimed]) -> dict[str, Payload]:
    """What these deliveries tell, by delivery id."""
    store = connection.dialect.name
    rows = connection.execute(_telling(store), {"ids": id_list((one.id for one in claimed), store)})
    return {id_: Payload(type_, resource, data, request_id) for id_, type_, resource, data, request_id in rows}


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
