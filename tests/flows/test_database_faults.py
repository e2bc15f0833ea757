"""The store cut off or busy while postbacks are on their way: nothing is lost, and they go on when it is back."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import make_url

from tests.answers import respond
from tests.flows.flow import Flow
from tests.postgres_server import connect

AWAY_SECONDS = 2.0


@pytest.fixture
def changes() -> dict[str, object]:
    return {"total_timeout": 2}


@contextmanager
def away(store_url: str) -> Iterator[None]:
    """Nobody can write: PostgreSQL hangs up on everybody and takes nobody in, SQLite is locked."""
    url = make_url(store_url)
    if url.drivername.startswith("sqlite"):
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        return
    with connect(url.set(database="postgres")) as admin:
        admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'.encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'.encode())


def test_away_while_attempts_are_in_the_air_each_is_recorded_once_it_is_back(flow: Flow, store_url: str) -> None:
    flow.config(respond(200, after=0.5))
    flow.backlog(20)
    worker = flow.processes.worker()
    flow.receiver.wait_for(4)
    with away(store_url):
        time.sleep(AWAY_SECONDS)
    assert flow.all_settled(20) == {"delivered": 20}
    assert len({one.webhook_id for one in flow.receiver.stays_at(20)}) == 20
    assert worker.returncode is None


def test_away_while_nothing_happens_the_next_event_is_delivered(flow: Flow, store_url: str) -> None:
    flow.config()
    worker = flow.processes.worker()
    flow.contact()
    flow.all_settled(1)
    with away(store_url):
        time.sleep(AWAY_SECONDS)
    flow.backlog(1)
    flow.receiver.wait_for(2, within=5)
    assert flow.all_settled(2) == {"delivered": 2}
    assert worker.returncode is None
