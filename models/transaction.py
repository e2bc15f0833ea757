"""Writing: one transaction, begun for writing, committed once.

On SQLite a transaction that reads first and writes later fails at once when another writer came between,
so whoever means to write says so at the start and gets `BEGIN IMMEDIATE`. PostgreSQL needs nothing of it.

SQLite has one writer at a time and lets the others sleep and try again, longer each time, whoever came first. So the
writers of one process queue up before it: the next one begins the moment that the last one has committed. Against the
writers of other processes each tries again by itself, every half millisecond.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from time import monotonic, sleep
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


_WRITING, _KEPT = "postbacks_writing", "postbacks_kept"
"""In a session's `info`: that its transaction writes; what was remembered in which transaction."""
IN_TRANSACTION = 2
"""libpq's PQTRANS_INTRANS: idle, within a valid transaction."""
TRY_EVERY = 0.0005
"""Seconds between two tries; SQLite's own sleeps grow to 100 ms, longer than a postback should take."""


@dataclass(frozen=True, slots=True)
class _Queue:
    """Where the writers of one SQLite engine wait for their turn, and how long."""

    turn: Lock
    seconds: float


_queues: WeakKeyDictionary[Engine, _Queue] = WeakKeyDictionary()


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """Run the block in a writing transaction and commit it.

    On SQLite that ends the session's reading transaction and begins a writing one. PostgreSQL's goes on: each of its
    statements sees what was committed before it, and a round trip saved is worth more than a fresh start.

    Whatever was loaded before is read afresh under the lock. An exception rolls everything back.
    Raises OperationalError where SQLite stays busy.
    """
    goes_on = _goes_on(session)
    if not goes_on:
        session.rollback()
    session.expire_all()  # a rollback does so only where a transaction was open
    with _turn(session):
        if not goes_on:
            session.connection(execution_options=WRITES)
        session.info[_WRITING] = True
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.info[_WRITING]


def remembered(session: Session) -> dict[Any, Any]:
    """What readers keep until the session's transaction ends, under names of their own. Where it writes, nothing is."""
    if session.info.get(_WRITING):
        return {}
    session.connection()  # begins the transaction, if none is open
    transaction = session.get_transaction()
    if session.info.get(_KEPT, (None,))[0] is not transaction:
        session.info[_KEPT] = (transaction, {})
    kept: dict[Any, Any] = session.info[_KEPT][1]
    return kept


def _goes_on(session: Session) -> bool:
    """Whether the session's transaction can take writes as it is: one of PostgreSQL's in which nothing failed."""
    if not session.in_transaction() or session.new or session.dirty or session.deleted:
        return False
    connection = session.connection()
    if connection.dialect.name != "postgresql" or connection.invalidated:
        return False
    driver = connection.connection.driver_connection
    return driver is not None and driver.info.transaction_status == IN_TRANSACTION


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

    @event.listens_for(engine, "connect")
    def connect(dbapi_connection: Any, _record: ConnectionPoolEntry) -> None:
        dbapi_connection.isolation_level = None  # SQLAlchemy's begin event below decides, not the driver
        patience = f"busy_timeout={int(busy_seconds * 1000)}"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", patience):
            dbapi_connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("writes", False):
            _begin_writing(connection, min(options.get("busy_seconds", busy_seconds), busy_seconds), busy_seconds)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection, seconds: float, usual_seconds: float) -> None:
    """Become SQLite's one writer, within so many seconds. Raises OperationalError where others keep it busy."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    deadline = monotonic() + seconds
    driver.execute("PRAGMA busy_timeout=0").close()
    try:
        while monotonic() < deadline:
            with suppress(sqlite3.OperationalError):
                driver.execute("BEGIN IMMEDIATE").close()
                return
            sleep(TRY_EVERY)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try, in words that SQLAlchemy understands
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(usual_seconds * 1000)}").close()


def plan_by_index(engine: Engine) -> None:
    """Have PostgreSQL find rows through their indexes on every connection of this engine from now on.

    For processes that live from the queue: its statistics are always old, from an hour when nothing waited or when
    everything did, and a plan that believes them reads whole tables.
    """
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "connect")
    def connect(dbapi_connection: Any, _record: ConnectionPoolEntry) -> None:
        for way in ("seqscan", "hashjoin", "mergejoin"):
            dbapi_connection.execute(f"SET enable_{way} = off")
        dbapi_connection.commit()
