"""Writing: one transaction, begun for writing, committed once.

On SQLite a transaction that reads first and writes later fails at once when another writer came between,
so whoever means to write says so at the start and gets `BEGIN IMMEDIATE`. PostgreSQL needs nothing of it.

SQLite has one writer at a time and lets the others sleep and try again, longer each time, whoever came first. So the
writers of one process queue up before it: the next one begins the moment that the last one has committed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

WRITES = {"writes": True}
"""Execution options of a connection whose next transaction writes.

With `busy_seconds` beside it, SQLite waits for another writer only so long instead of the engine's own patience.
"""


@dataclass(frozen=True, slots=True)
class _Queue:
    """Where the writers of one SQLite engine wait for their turn, and how long."""

    turn: Lock
    seconds: float


_queues: WeakKeyDictionary[Engine, _Queue] = WeakKeyDictionary()


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """End the session's reading transaction, run the block in a writing one, and commit it.

    Whatever was loaded before is read afresh under the lock. An exception rolls everything back.
    Raises OperationalError where SQLite stays busy.
    """
    session.rollback()
    session.expire_all()  # a rollback does so only where a transaction was open
    with _turn(session):
        session.connection(execution_options=WRITES)
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    bind = session.get_bind()
    queue = _queues.get(bind.engine)
    if queue is None:
        yield
        return
    if not queue.turn.acquire(timeout=queue.seconds):
        raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
    try:
        yield
    finally:
        queue.turn.release()


def prepare_sqlite(engine: Engine, busy_seconds: float = 10.0) -> None:
    """Make every connection of this SQLite engine durable, patient and explicit about its transactions."""
    _queues[engine] = _Queue(Lock(), busy_seconds)
    usual_ms = int(busy_seconds * 1000)

    @event.listens_for(engine, "connect")
    def connect(dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
        dbapi_connection.isolation_level = None  # SQLAlchemy's begin event below decides, not the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={usual_ms}"):
            dbapi_connection.execute(f"PRAGMA {pragma}").close()
        record.info["busy_ms"] = usual_ms

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        patience = int(min(options.get("busy_seconds", busy_seconds), busy_seconds) * 1000)
        if connection.info["busy_ms"] != patience:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}").close()
            connection.info["busy_ms"] = patience
        connection.exec_driver_sql("BEGIN IMMEDIATE")
