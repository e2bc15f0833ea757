"""Many rows in one statement, in the words of each store.

The two statements that every attempt costs: its row is written before the send and closed after it. SQLite takes a
list of rows at the price of a loop in C; PostgreSQL takes a list for each column and makes rows of them itself.
Everything else in the engine is written once for both stores.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from models import AttemptState

BEGUN = ("delivery_id", "sequence", "number", "trigger", "url", "started_ms")
CLOSED = (
    "state", "started_ms", "connect_ms", "tls_ms", "first_byte_ms", "duration_ms", "peer", "status", "request_headers",
    "response_headers", "response_body", "reason_code", "reason", "advice",
)  # fmt: skip
KEY = ("delivery_id", "sequence")

# PostgreSQL's types, in the order of the columns above.
BEGUN_TYPES = ("text", "bigint", "bigint", "text", "text", "bigint")
CLOSED_TYPES = (
    "text", "bigint", "bigint", "bigint", "bigint", "bigint", "text", "bigint", "text", "text", "bytea", "text", "text",
    "text",
)  # fmt: skip
KEY_TYPES = ("text", "bigint")
SENDING = AttemptState.SENDING.value


def _arrays(types: Sequence[str]) -> str:
    return ", ".join(f"%s::{type_}[]" for type_ in types)


# Only the column names above are put into these texts; every value is bound.
_BEGIN_SQLITE = f"INSERT INTO attempts ({', '.join(BEGUN)}, state) VALUES (?, ?, ?, ?, ?, ?, '{SENDING}')"  # noqa: S608
_BEGIN_POSTGRESQL = (
    f"INSERT INTO attempts ({', '.join(BEGUN)}, state) "  # noqa: S608
    f"SELECT *, '{SENDING}' FROM unnest({_arrays(BEGUN_TYPES)})"
)
_CLOSE_SQLITE = (
    f"UPDATE attempts SET {', '.join(f'{name} = ?' for name in CLOSED)} "  # noqa: S608
    f"WHERE delivery_id = ? AND sequence = ? AND state = '{SENDING}'"
)
_CLOSE_POSTGRESQL = (
    f"UPDATE attempts SET {', '.join(f'{name} = new.{name}' for name in CLOSED)} "  # noqa: S608
    f"FROM unnest({_arrays((*CLOSED_TYPES, *KEY_TYPES))}) AS new ({', '.join((*CLOSED, *KEY))}) "
    f"WHERE attempts.delivery_id = new.delivery_id AND attempts.sequence = new.sequence "
    f"AND attempts.state = '{SENDING}'"
)


def begin_attempts(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert attempts that are about to be sent; each row in the order of `BEGUN`."""
    _execute(connection, _BEGIN_SQLITE, _BEGIN_POSTGRESQL, rows)


def close_attempts(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Close attempts that are still open; each row in the order of `CLOSED`, then `KEY`."""
    _execute(connection, _CLOSE_SQLITE, _CLOSE_POSTGRESQL, rows)


def _execute(connection: Connection, sqlite: str, postgresql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(sqlite, list(rows))
    else:
        connection.exec_driver_sql(postgresql, tuple(list(column) for column in zip(*rows, strict=True)))
