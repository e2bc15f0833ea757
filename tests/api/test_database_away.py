"""The database out of reach, busy, or out of space: a 503 that says when to try again, and nothing half-written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import inf
from pathlib import Path

import pytest
from sqlalchemy import URL, event, text
from werkzeug.test import TestResponse

from extensions import db
from models import WRITES
from tests.postgres_server import connect
from tests.world import World, counts


def is_unavailable(response: TestResponse) -> bool:
    assert response.json is not None
    return response.status_code == 503 and int(response.headers["Retry-After"]) > 0 and response.json["status"] == 503


def test_a_database_out_of_reach(world: World) -> None:
    api, before = world.api(), counts()
    with out_of_reach():
        assert is_unavailable(api.get("contacts"))
        assert is_unavailable(api.post("contacts", jones(world)))
        assert is_unavailable(api.delete("contacts/none"))
    assert api.get("contacts").status_code == 200
    assert counts() == before
    assert api.post("contacts", jones(world)).status_code == 201


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_busy_store_refuses_writes_and_goes_on_reading(world: World) -> None:
    api, before = world.api(), counts()
    api.get("contacts")  # the key's use is noted: the next minute's requests need not
    with impatient(), held():
        assert is_unavailable(api.post("contacts", jones(world)))
        assert api.get("contacts").status_code == 200
    assert counts() == before


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_full_disk_refuses_writes_and_goes_on_reading(world: World) -> None:
    api, before = world.api(), counts()
    leave_no_gaps()
    pages = db.session.scalar(text("PRAGMA page_count"))
    with connections_told(f"max_page_count = {pages}"):
        refused = 0
        for _ in range(200):
            response = api.post("contacts", jones(world, header_message="x" * 250))
            refused += response.status_code != 201
            assert response.status_code == 201 or is_unavailable(response)
        assert refused
        assert api.get("contacts").status_code == 200
    assert counts()["Contact"] == counts()["Event"] == before["Contact"] + 200 - refused
    assert api.post("contacts", jones(world)).status_code == 201


def jones(world: World, **fields: object) -> dict[str, object]:
    return {"contact": {"last_name": "Jones", "location_id": world.here, **fields}}


@contextmanager
def out_of_reach() -> Iterator[None]:
    """Take the store away: the file's folder, or the server's leave to connect."""
    url = db.engine.url
    db.session.remove()
    db.engine.dispose()
    with _folder_gone(url) if url.get_backend_name() == "sqlite" else _no_connections(url):
        yield


@contextmanager
def _folder_gone(url: URL) -> Iterator[None]:
    folder = Path(str(url.database)).parent
    away = folder.rename(folder.with_name(folder.name + "-away"))
    try:
        yield
    finally:
        away.rename(folder)


@contextmanager
def _no_connections(url: URL) -> Iterator[None]:
    with connect(url.set(database="postgres")) as admin:
        admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'.encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'.encode())


@contextmanager
def connections_told(pragma: str) -> Iterator[None]:
    """Every connection made meanwhile hears this pragma."""

    def tell(dbapi_connection: object, _record: object) -> None:
        dbapi_connection.execute(f"PRAGMA {pragma}").close()  # type: ignore[attr-defined]

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", tell)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", tell)
        db.session.remove()
        db.engine.dispose()


def leave_no_gaps() -> None:
    """Give back the room that earlier tests' rows left in the file."""
    db.session.remove()
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as connection:
        connection.execute("VACUUM")


@contextmanager
def impatient() -> Iterator[None]:
    """Whoever wants to write waits for another's write but a moment."""
    db.session.remove()
    db.engine.update_execution_options(busy_seconds=0.05)
    try:
        yield
    finally:
        db.session.remove()
        db.engine.update_execution_options(busy_seconds=inf)  # as long as the engine itself would


@contextmanager
def held() -> Iterator[None]:
    """Somebody else's write that takes its time."""
    with db.engine.connect().execution_options(**WRITES) as connection:
        connection.execute(text("SELECT 1"))
        yield
