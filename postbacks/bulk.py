"""Many rows in one statement, in the words of each store.

The three statements that every attempt costs: its row is written before the send and closed after it, and its
delivery moves on. SQLite takes a list of rows at the price of a loop in C; PostgreSQL takes each column whole and
makes rows of them itself. Everything else in the engine is written once for both stores.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from models import AttemptState
from postbacks.columns import joined, unnested

# Columns and PostgreSQL's types for them; a row's values come in this order.
BEGUN = {
    "delivery_id": "text", "sequence": "bigint", "number": "bigint", "trigger": "text", "url": "text",
    "started_ms": "bigint",
}  # fmt: skip
CLOSED = {
    "state": "text", "started_ms": "bigint", "connect_ms": "bigint", "tls_ms": "bigint", "first_byte_ms": "bigint",
    "duration_ms": "bigint", "peer": "text", "status": "bigint", "request_headers": "text", "response_headers": "text",
    "response_body": "bytea", "reason_code": "text", "reason": "text", "advice": "text",
}  # fmt: skip
CLOSED_KEY = {"delivery_id": "text", "sequence": "bigint", "state": "text"}
MOVED = {
    "state": "text", "attempts_made": "bigint", "interruptions": "bigint", "next_attempt_ms": "bigint",
    "last_status": "bigint", "reason_code": "text", "reason": "text", "finished_ms": "bigint",
}  # fmt: skip
MOVED_KEY = {"id": "text", "attempts_begun": "bigint", "lease_token": "text"}
SENDING = AttemptState.SENDING.value


def _changes(table: str, changed: dict[str, str], key: dict[str, str], also: str = "") -> str:
    """PostgreSQL's update of these columns from rows of new values, where the key's columns are as the rows say.

    All of the key comes with the rows. Beside it a condition like `lease_token = …` would tempt a planner that
    remembers an empty queue to read the table by that, and to compare what it finds with each of the rows.
    """
    sets = ", ".join(f"{name} = new.{name}" for name in changed)
    same = " AND ".join(f"{table}.{name} = new.old_{name}" for name in key)
    names = ", ".join((*changed, *(f"old_{name}" for name in key)))
    rows = unnested([*changed.values(), *key.values()])
    return f"UPDATE {table} SET {sets}{also} FROM {rows} AS new ({names}) WHERE {same}"  # noqa: S608


def _each_change(table: str, changed: dict[str, str], key: dict[str, str], also: str = "") -> str:
    """SQLite's update of the same, for one row of values."""
    sets = ", ".join(f"{name} = ?" for name in changed)
    same = " AND ".join(f"{name} = ?" for name in key)
    return f"UPDATE {table} SET {sets}{also} WHERE {same}"  # noqa: S608


# Only the column names above are put into these texts; every value is bound.
_BEGIN_SQLITE = f"INSERT INTO attempts ({', '.join(BEGUN)}, state) VALUES (?, ?, ?, ?, ?, ?, '{SENDING}')"  # noqa: S608
_BEGIN_POSTGRESQL = (
    f"INSERT INTO attempts ({', '.join(BEGUN)}, state) "  # noqa: S608
    f"SELECT *, '{SENDING}' FROM {unnested(BEGUN.values())}"
)
_CLOSE = ("attempts", CLOSED, CLOSED_KEY)
_CLOSE_SQLITE, _CLOSE_POSTGRESQL = _each_change(*_CLOSE), _changes(*_CLOSE)
_MOVE = ("deliveries", MOVED, MOVED_KEY, ", next_trigger = NULL, lease_token = NULL, lease_until_ms = NULL")
_MOVE_SQLITE, _MOVE_POSTGRESQL = _each_change(*_MOVE), _changes(*_MOVE)


def begin_attempts(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert attempts that are about to be sent; each row in the order of `BEGUN`."""
    _execute(connection, _BEGIN_SQLITE, _BEGIN_POSTGRESQL, rows)


def close_attempts(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Close attempts; each row in the order of `CLOSED`, then `CLOSED_KEY`."""
    _execute(connection, _CLOSE_SQLITE, _CLOSE_POSTGRESQL, rows)


def move_deliveries(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
    """Move deliveries on and end their leases; each row in the order of `MOVED`, then `MOVED_KEY`. How many."""
    return _execute(connection, _MOVE_SQLITE, _MOVE_POSTGRESQL, rows)


def _execute(connection: Connection, sqlite: str, postgresql: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """How many rows were written."""
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(sqlite, list(rows)).rowcount
    return connection.exec_driver_sql(postgresql, joined(rows)).rowcount
