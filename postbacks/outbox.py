"""The rows that an event comes into being with: its own and its deliveries', many in one statement.

Written in the words of each store, like the attempts in `bulk`: SQLite takes a list of rows at the price of a loop
in C; PostgreSQL takes each column whole and makes rows of them itself.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from models import DeliveryState
from postbacks.columns import joined, unnested

EVENT = (
    "id", "location_id", "resource", "record_id", "type", "data", "product_transaction_id", "skipped_reason",
    "request_id", "user_id", "developer_id", "idempotency_id", "created_ms",
)  # fmt: skip
DELIVERY = (
    "id",
    "event_id",
    "postback_config_id",
    "location_id",
    "data",
    "payload_bytes",
    "next_attempt_ms",
    "created_ms",
)
DELIVERY_BEGINS = {
    "state": f"'{DeliveryState.WAITING.value}'",
    "attempts_made": "0",
    "attempts_begun": "0",
    "interruptions": "0",
    "attempts_granted": "0",
}
"""What every delivery begins with: column → SQL."""
NUMBERS = frozenset({"payload_bytes", "created_ms", "next_attempt_ms"})


# Only the names above are put into these texts; every value is bound.
def _sqlite(table: str, columns: Sequence[str]) -> str:
    begins = DELIVERY_BEGINS if table == "deliveries" else {}
    values = [*("?" for _ in columns), *begins.values()]
    return f"INSERT INTO {table} ({', '.join((*columns, *begins))}) VALUES ({', '.join(values)})"  # noqa: S608


def _postgresql(table: str, columns: Sequence[str]) -> str:
    begins = DELIVERY_BEGINS if table == "deliveries" else {}
    rows = unnested("bigint" if name in NUMBERS else "text" for name in columns)
    chosen = ", ".join(("*", *begins.values()))
    return f"INSERT INTO {table} ({', '.join((*columns, *begins))}) SELECT {chosen} FROM {rows}"  # noqa: S608


_EVENTS = {"sqlite": _sqlite("events", EVENT), "postgresql": _postgresql("events", EVENT)}
_DELIVERIES = {"sqlite": _sqlite("deliveries", DELIVERY), "postgresql": _postgresql("deliveries", DELIVERY)}


def insert_events(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Each row in the order of `EVENT`."""
    _execute(connection, _EVENTS, rows)


def insert_deliveries(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Each row in the order of `DELIVERY`; they wait, due at their `next_attempt_ms`."""
    _execute(connection, _DELIVERIES, rows)


def _execute(connection: Connection, statements: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    store = connection.dialect.name
    if store == "sqlite":
        connection.exec_driver_sql(statements[store], list(rows))
    else:
        connection.exec_driver_sql(statements[store], joined(rows))
