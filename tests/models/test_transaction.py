import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from extensions import db
from models import Location, prepare_sqlite, writing
from tests.world import World


def test_what_was_loaded_before_is_read_afresh_under_the_lock(world: World) -> None:
    with writing(db.session()):
        here = db.session.get_one(Location, world.here)
        here.name = "Old"
    with db.engine.connect() as other:
        other.execute(text("UPDATE locations SET name = 'New' WHERE id = :id"), {"id": world.here})
        other.commit()
    with writing(db.session()):
        assert here.name == "New"


def test_an_exception_takes_everything_back(world: World) -> None:
    with pytest.raises(RuntimeError):
        rename_and_fail(world.here)
    assert db.session.scalar(select(Location.name).where(Location.id == world.here)) == "Harbour shop"


def rename_and_fail(location_id: str) -> None:
    with writing(db.session()):
        db.session.get_one(Location, location_id).name = "Never"
        db.session.flush()
        raise RuntimeError


def test_the_writers_of_a_process_take_turns_and_none_is_kept_waiting(tmp_path: Path) -> None:
    """SQLite's own waiting would let some of these sleep for a second while others pass."""
    engine = create_engine(f"sqlite:///{tmp_path / 'turns.sqlite3'}")
    prepare_sqlite(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE written (writer INTEGER)"))
    barrier = Barrier(8)

    def write(number: int) -> float:
        longest = 0.0
        barrier.wait()
        for _ in range(25):
            began = time.monotonic()
            with Session(engine) as session, writing(session):
                session.execute(text("INSERT INTO written VALUES (:number)"), {"number": number})
                time.sleep(0.001)
            longest = max(longest, time.monotonic() - began)
        return longest

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    with engine.connect() as connection:
        counted = connection.execute(text("SELECT writer, count(*) FROM written GROUP BY writer")).all()
    assert [tuple(row) for row in counted] == [(number, 25) for number in range(8)]
    engine.dispose()


def test_a_turn_that_does_not_come_is_a_busy_database(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'busy.sqlite3'}")
    prepare_sqlite(engine, busy_seconds=0.05)
    locked = pytest.raises(OperationalError, match="database is locked")
    with Session(engine) as first, Session(engine) as second, writing(first), locked, writing(second):
        raise AssertionError("two writers at once")
    with Session(engine) as third, writing(third):
        third.execute(text("CREATE TABLE free (id INTEGER)"))
    engine.dispose()


def test_another_processs_writer_is_waited_for_as_long_as_said(tmp_path: Path) -> None:
    file = tmp_path / "shared.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    prepare_sqlite(engine, busy_seconds=0.05)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Session(engine) as session, pytest.raises(OperationalError, match="database is locked"), writing(session):
        raise AssertionError("two writers at once")
    other.execute("ROLLBACK")
    other.close()
    with Session(engine) as session, writing(session):
        session.execute(text("CREATE TABLE free (id INTEGER)"))
    engine.dispose()
