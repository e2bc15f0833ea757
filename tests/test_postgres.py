"""The tests' own PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from models import Base
from tests.postgres_binaries import find_postgres, reachable_postgres, server_account
from tests.postgres_server import PostgresServer, as_driver_url, connect


def test_each_test_gets_a_migrated_database(store_url: str) -> None:
    engine = create_engine(store_url)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM locations")) == 0
    engine.dispose()


def test_the_driver_is_named_whatever_was_given() -> None:
    assert as_driver_url("postgresql://me@there/db").drivername == "postgresql+psycopg"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to somebody else")
def test_programs_in_a_closed_folder_are_copied_for_the_other_user(tmp_path: Path) -> None:
    programs = find_postgres()
    if programs is None or not programs.parent.parent.name.startswith("pixeltable"):
        pytest.skip("the server is not the one from PyPI")
    package = programs.parent.parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, closed / folder.name, ignore=shutil.ignore_patterns("include", "*.a"))
    spare = Path(tempfile.mkdtemp(dir="/tmp"))
    spare.chmod(0o755)
    try:
        theirs = reachable_postgres(closed / package.name / "pginstall18" / "bin", server_account(), spare)
        assert theirs.is_relative_to(spare)
        command = [str(theirs / "initdb"), "--version"]
        subprocess.run(command, cwd="/", check=True, capture_output=True, **server_account().options)
    finally:
        shutil.rmtree(spare)


def test_a_server_of_ours_starts_and_leaves_nothing_behind() -> None:
    programs = find_postgres()
    if programs is None:
        pytest.skip("no programs of our own")
    server = PostgresServer(programs)
    try:
        server.start()
        with connect(server.url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
    finally:
        server.stop()
    assert server.process.returncode == 0
    assert not server.folder.exists()
