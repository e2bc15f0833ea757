"""Many rows in one statement, in the words of each store.

The three statements that every attempt costs: its row is written before the send and closed after it, and its
delivery moves on. SQLite takes a list of rows at the price of a loop in C; PostgreSQL takes each column whole and
makes rows of them itself. Everything else in the engine is written once for both stores.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from models import AttemptState

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
CLOSED_KEY = {"delivery_id": "text", "sequence": "bigint"}
MOVED = {
    "state": "text", "attempts_made": "bigint", "interruptions": "bigint", "next_attempt_ms": "bigint",
    "last_status": "bigint", "reason_code": "text", "reason": "text", "finished_ms": "bigint",
}  # fmt: skip
MOVED_KEY = {"id": "text", "attempts_begun": "bigint"}
SENDING = AttemptState.SENDING.value

# psycopg writes an array element by element in Python, and PostgreSQL reads it as slowly: together three times the
# cost of everything else in these statements. A column goes over as one text instead, joined by separators.
SEPARATOR, NOTHING = "\x1f", "\x1e"
_SPLIT = "string_to_array(%s, E'\\x1f', E'\\x1e')"


def _columns(types: dict[str, str]) -> str:
    return ", ".join(f"({_SPLIT}::{type_}[])[2:]" for type_ in types.values())


def _joined(column: Sequence[Any]) -> str:
    """A column as one text. Its first value is dropped again: the text of one empty value would say nothing."""
    texts = [NOTHING, *(_text(value) for value in column)]
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) != len(column):  # a receiver's headers may hold anything
        joined = SEPARATOR.join(text.replace(SEPARATOR, " ") for text in texts)
    return joined


def _text(value: Any) -> str:
    if value is None:
        return NOTHING
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _new(table: str, changed: dict[str, str], key: dict[str, str]) -> tuple[str, str]:
    """How PostgreSQL sets these columns from the rows called `new`, and which row is which."""
    sets = ", ".join(f"{name} = new.{name}" for name in changed)
    same = " AND ".join(f"{table}.{name} = new.{name}" for name in key)
    rows = f"unnest({_columns({**changed, **key})}) AS new ({', '.join((*changed, *key))})"
    return sets, f"FROM {rows} WHERE {same}"


def _set(names: dict[str, str]) -> str:
    return ", ".join(f"{name} = ?" for name in names)


# Only the column names above are put into these texts; every value is bound.
_BEGIN_SQLITE = f"INSERT INTO attempts ({', '.join(BEGUN)}, state) VALUES (?, ?, ?, ?, ?, ?, '{SENDING}')"  # noqa: S608
_BEGIN_POSTGRESQL = (
    f"INSERT INTO attempts ({', '.join(BEGUN)}, state) SELECT *, '{SENDING}' FROM unnest({_columns(BEGUN)})"  # noqa: S608
)
_OPEN = f"attempts.state = '{SENDING}'"
_closed, _which_attempt = _new("attempts", CLOSED, CLOSED_KEY)
_CLOSE_SQLITE = f"UPDATE attempts SET {_set(CLOSED)} WHERE delivery_id = ? AND sequence = ? AND {_OPEN}"  # noqa: S608
_CLOSE_POSTGRESQL = f"UPDATE attempts SET {_closed} {_which_attempt} AND {_OPEN}"  # noqa: S608

_LET_GO = "next_trigger = NULL, lease_token = NULL, lease_until_ms = NULL"
_moved, _which_delivery = _new("deliveries", MOVED, MOVED_KEY)
_MOVE_SQLITE = f"UPDATE deliveries SET {_set(MOVED)}, {_LET_GO} WHERE id = ? AND attempts_begun = ? AND lease_token = ?"  # noqa: S608
_MOVE_POSTGRESQL = f"UPDATE deliveries SET {_moved}, {_LET_GO} {_which_delivery} AND lease_token = %s"  # noqa: S608


def begin_attempts(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert attempts that are about to be sent; each row in the order of `BEGUN`."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_BEGIN_SQLITE, list(rows))
    else:
        connection.exec_driver_sql(_BEGIN_POSTGRESQL, _by_column(rows))


def close_attempts(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Close attempts that are still open; each row in the order of `CLOSED`, then `CLOSED_KEY`."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_CLOSE_SQLITE, list(rows))
    else:
        connection.exec_driver_sql(_CLOSE_POSTGRESQL, _by_column(rows))


def move_deliveries(connection: Connection, rows: Sequence[tuple[Any, ...]], token: str) -> int:
    """Move deliveries on that are under this token's lease, and end it; each row in the order of `MOVED`, `MOVED_KEY`.

    Fenced by the token and, because a pump may come to claim a delivery again, by the attempt's number. How many.
    """
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(_MOVE_SQLITE, [(*row, token) for row in rows]).rowcount
    return connection.exec_driver_sql(_MOVE_POSTGRESQL, (*_by_column(rows), token)).rowcount


def _by_column(rows: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(_joined(column) for column in zip(*rows, strict=True))
