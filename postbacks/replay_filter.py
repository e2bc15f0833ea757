"""What a replay is about: the deliveries that it sends again, the events that it sends for the first time.

Two queries, for counting and for the replay's steps alike. Nothing is written here.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from models import ID_SLACK_MS, Delivery, Event, Location, PostbackConfig, PostbackReplay, first_id_at
from postbacks.among import among, id_list

Asked = PostbackReplay | Row[*tuple[Any, ...]]
"""The columns of a replay."""
OPEN = and_(PostbackConfig.is_active, PostbackConfig.deleted_ts.is_(None))


def deliveries(replay: Asked) -> Select[str]:
    """The ids of what is to be sent again: still as final as when it was asked for, and its config is open."""
    conditions = [
        Delivery.state.in_(listed(replay.status)),
        func.coalesce(Delivery.finished_ms, 0) <= replay.created_ms,
        select(PostbackConfig.id).where(PostbackConfig.id == Delivery.postback_config_id, OPEN).exists(),
        *_in_time(replay, Delivery.created_ms),
    ]
    if replay.postback_config_id:
        conditions.append(Delivery.postback_config_id == replay.postback_config_id)
    if replay.reason_code:
        conditions.append(Delivery.reason_code.in_(listed(replay.reason_code)))
    if replay.code:
        conditions.append(or_(*(Delivery.last_status.between(low, high) for low, high in ranges(replay.code))))
    if replay.resource or replay.type:
        conditions.append(select(Event.id).where(Event.id == Delivery.event_id, *_telling(replay)).exists())
    return select(Delivery.id).where(*conditions)


def events(replay: Asked) -> Select[str]:
    """The ids of the skipped events that at least one config asks for now."""
    return pairs(replay).with_only_columns(Event.id).distinct()


def pairs(replay: Asked) -> Select[str, str]:
    """Each skipped event with each config that asks for it now and was never promised it: the ids of both."""
    promised = select(Delivery.id).where(
        Delivery.event_id == Event.id, Delivery.postback_config_id == PostbackConfig.id
    )
    return (
        select(Event.id, PostbackConfig.id)
        .join(PostbackConfig, and_(*_asking(replay)))
        .where(
            Event.skipped_reason.in_(listed(replay.skipped)),
            *_in_time(replay, Event.created_ms),
            *_telling(replay),
            ~promised.exists(),
        )
    )


def _asking(replay: Asked) -> Iterator[ColumnElement[bool]]:
    """That a config asks for an event now; `postbacks.interest` says the same of one that happens."""
    yield OPEN
    yield PostbackConfig.location_id == Event.location_id
    yield PostbackConfig.resource == Event.resource
    yield or_(
        PostbackConfig.product_transaction_id.is_(None),
        PostbackConfig.product_transaction_id == Event.product_transaction_id,
    )
    yield or_(
        and_(Event.type == "CREATE", PostbackConfig.on_create),
        and_(Event.type == "UPDATE", PostbackConfig.on_update),
        and_(Event.type == "DELETE", PostbackConfig.on_delete),
    )
    if replay.postback_config_id:
        yield PostbackConfig.id == replay.postback_config_id


def _telling(replay: Asked) -> Iterator[ColumnElement[bool]]:
    if replay.resource:
        yield Event.resource.in_(listed(replay.resource))
    if replay.type:
        yield Event.type.in_(listed(replay.type))


def _in_time(replay: Asked, created_ms: InstrumentedAttribute[int]) -> Iterator[ColumnElement[bool]]:
    if replay.created_from_ms is not None:
        yield created_ms >= replay.created_from_ms
    if replay.created_before_ms is not None:
        yield created_ms < replay.created_before_ms


def between(
    replay: Asked, id_: InstrumentedAttribute[str], last: str, after: str = ""
) -> Iterator[ColumnElement[bool]]:
    """The ids after this one that the replay may be about; `last` is the newest when it was asked for."""
    if replay.created_from_ms is not None:
        after = max(after, first_id_at(max(0, replay.created_from_ms - ID_SLACK_MS)))
    if replay.created_before_ms is not None:
        last = min(last, first_id_at(replay.created_before_ms + ID_SLACK_MS))
    yield id_ > after
    yield id_ <= last


def count(connection: Connection, replay: Asked) -> int:
    """How many deliveries the replay would make due now."""
    store, total = connection.dialect.name, 0
    # A list and no subquery: PostgreSQL cannot tell how few a subquery's locations are, and reads the whole table.
    below = {"ids": id_list(connection.scalars(Location.below([replay.location_id])), store)}
    if replay.status:
        scope = (among(Delivery.location_id, store), *between(replay, Delivery.id, replay.last_delivery_id))
        total += connection.scalar(_counting(deliveries(replay).where(*scope)), below) or 0
    if replay.skipped:
        scope = (among(Event.location_id, store), *between(replay, Event.id, replay.last_event_id))
        total += connection.scalar(_counting(pairs(replay).where(*scope)), below) or 0
    return total


def _counting(query: Select[*tuple[Any, ...]]) -> Select[int]:
    return query.with_only_columns(func.count(), maintain_column_froms=True)


def listed(text: str | None) -> list[str]:
    """The words of a comma list."""
    return text.split(",") if text else []


def ranges(text: str) -> list[tuple[int, int]]:
    """The numbers and ranges of a comma list, both ends included: `404,500|599`."""
    parts = [part.partition("|") for part in text.split(",")]
    return [(int(low), int(high or low)) for low, _, high in parts]
