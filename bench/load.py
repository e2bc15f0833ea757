"""Backlogs: many events and their deliveries, inserted in bulk, due at one moment."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from bench.stage import LOCATION, Stage, wait_for
from extensions import db
from models import WRITES, Contact, Delivery, DeliveryState, Event, new_id, now_ms
from postbacks.message import frozen_json
from schemas.contact import contact_shape

SAMPLE = contact_shape(Contact(id="11e66c8a943ff4b2bf1b2102", location_id=LOCATION, last_name="Lue"))
PIECE = 20_000
FAR_AWAY_MS = 30 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries whose ids share a beginning."""

    prefix: str
    count: int
    due_ms: int

    def id(self, number: int) -> str:
        return f"{self.prefix}{number:08x}"

    @property
    def whole(self) -> Any:
        """The condition that finds them by the primary key."""
        return Delivery.id.between(self.id(0), self.id(self.count))


def add_backlog(on: Stage, config_ids: Sequence[str], count: int, due_ms: int, deliveries_an_event: int = 1) -> Backlog:
    """`count` deliveries, dealt round to the configs, all due at `due_ms`."""
    backlog = Backlog(new_id()[:16], count, due_ms)
    told = {"location_id": LOCATION, "created_ms": now_ms()}
    event = {**told, "resource": "contact", "record_id": "11e66c8a943ff4b2bf1b2102", "type": "CREATE"}
    payload = event["data"] = frozen_json(SAMPLE)
    with on.app.app_context(), db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        for first in range(0, count, PIECE):
            numbers = range(first, min(first + PIECE, count))
            events = [number for number in numbers if number % deliveries_an_event == 0]
            insert(connection, _table(Event), event, ("id",), [(backlog.id(number),) for number in events])
            rows = [
                (
                    backlog.id(number),
                    backlog.id(number - number % deliveries_an_event),
                    config_ids[number % len(config_ids)],
                )
                for number in numbers
            ]
            fixed = {**told, "next_attempt_ms": due_ms, "payload_bytes": len(payload)}
            insert(connection, _table(Delivery), fixed, ("id", "event_id", "postback_config_id"), rows)
    return backlog


def add_due_backlog(on: Stage, config_ids: Sequence[str], count: int, deliveries_an_event: int = 1) -> Backlog:
    """A backlog that falls due a moment from now; returns in that moment."""
    due_ms = now_ms() + 1500 + count // 10
    backlog = add_backlog(on, config_ids, count, due_ms, deliveries_an_event)
    if count < 500_000:
        tidy(on)
    left = due_ms - now_ms()
    if left < 0:
        raise RuntimeError("the backlog fell due while it was still being written: the machine is too busy")
    time.sleep(left / 1000)
    return backlog


def tidy(on: Stage) -> None:
    """What autovacuum would do to PostgreSQL's tables some time later."""
    if on.store.name == "postgresql":
        with on.app.app_context():
            connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            with connection:
                connection.execute(text("VACUUM ANALYZE events"))
                connection.execute(text("VACUUM ANALYZE deliveries"))


def insert(
    connection: Connection, table: Table, fixed: dict[str, Any], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Rows of these columns, with the same `fixed` values and the table's own defaults beside them."""
    defaults = {
        column.name: column.default.arg  # type: ignore[attr-defined]
        for column in table.columns
        if column.default is not None and column.default.is_scalar and column.name not in fixed
    }
    same = {**defaults, **fixed}
    columns, tail = ", ".join((*names, *same)), tuple(same.values())
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * (len(names) + len(tail)))
        cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", [row + tail for row in rows])
    else:
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row + tail)
    cursor.close()


def wait_until_delivered(on: Stage, backlog: Backlog, seconds: float = 300) -> int:
    """Wait until all are delivered; the epoch milliseconds at which the last one was recorded."""
    wait_for(lambda: on.arrived() >= backlog.count, seconds, every=0.1)
    with on.app.app_context():
        wait_for(lambda: _delivered(backlog)[0] >= backlog.count, seconds, every=0.1)
        return _delivered(backlog)[1]


def _delivered(backlog: Backlog) -> tuple[int, int]:
    with db.engine.connect() as connection:
        query = select(func.count(), func.coalesce(func.max(Delivery.finished_ms), 0))
        found = connection.execute(query.where(backlog.whole, Delivery.state == DeliveryState.DELIVERED.value)).one()
    return int(found[0] or 0), int(found[1] or 0)


def _table(model: type[Any]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
