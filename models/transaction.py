"""Writing: one transaction, begun for writing, committed once.

On SQLite a transaction that reads first and writes later fails at once when another writer came between,
so whoever means to write says so at the start and gets `BEGIN IMMEDIATE`. PostgreSQL needs nothing of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

WRITES = {"writes": True}
"""Execution options of a connection whose next transaction writes.

With `busy_seconds` beside it, SQLite waits for another writer only so long instead of the engine's own patience.
"""


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """End the session's reading transaction, run the block in a writing one, and commit it.

    Whatever was loaded before is read afresh under the lock. An exception rolls everything back.
    """
    session.rollback()
    session.expire_all()  # a rollback does so only where a transaction was open
    session.connection(execution_options=WRITES)
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def prepare_sqlite(engine: Engine, busy_seconds: float = 10.0) -> None:
    """Make every connection of this SQLite engine durable, patient and explicit about its transactions."""

    @event.listens_for(engine, "connect")
    def connect(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # SQLAlchemy's begin event below decides, not the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={int(busy_seconds * 1000)}",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        patience = options.get("busy_seconds", busy_seconds)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(min(patience, busy_seconds) * 1000)}").close()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
