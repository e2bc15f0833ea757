"""A real PostgreSQL for the tests: one server a session, one freshly migrated database a test."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from sqlalchemy import URL, make_url

from app import create_app
from extensions import db
from tests.absent import absent
from tests.environment import product_environment, product_settings
from tests.postgres_binaries import GIVEN, HOW_TO_GET_POSTGRES, find_postgres, reachable_postgres, server_account

DRIVER = "postgresql+psycopg"
START_SECONDS = 30.0
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "log_min_messages": "warning",
}


class PostgresServer:
    """A throw-away server on a unix socket in a short temporary folder; a child of ours, stopped by its pid."""

    def __init__(self, programs: Path) -> None:
        self._account = server_account()
        self.folder = Path(tempfile.mkdtemp(prefix="postbacks-pg-", dir="/tmp"))
        self.folder.chmod(0o755)
        self._programs = reachable_postgres(programs, self._account, self.folder)
        self._own = self.folder / "own"
        self._own.mkdir(mode=0o700)
        os.chown(self._own, self._account.uid, self._account.gid)
        self.url = URL.create(DRIVER, username="postgres", database="postgres", query={"host": str(self._own)})

    def start(self) -> None:
        """Make a cluster and return when it takes connections."""
        data = str(self._own / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = [f"--{name}={value}" for name, value in OPTIONS.items()]
        self._log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(
            [str(self._programs / "postgres"), "-D", data, "-k", str(self._own), *settings],
            cwd=self._own,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            **self._account.options,
        )
        self._await()

    def stop(self) -> None:
        """A fast shutdown; the folder goes with it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd=self._own, capture_output=True, check=False, **self._account.options)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')}")

    def _await(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                connect(self.url).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.02)
            else:
                return


def connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    """A bare autocommit connection, for what lies outside the product."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def as_driver_url(text: str) -> URL:
    """A given URL with the product's driver named."""
    return make_url(text).set(drivername=DRIVER)


@contextmanager
def any_server() -> Iterator[URL]:
    """The server that the environment names, or one of our own. Fails in CI, skips elsewhere, when there is none."""
    given = os.environ.get(GIVEN)
    if given:
        yield as_driver_url(given)
        return
    programs = find_postgres()
    if programs is None:
        absent(HOW_TO_GET_POSTGRES)
    server = PostgresServer(programs)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


def migrate_database(url: str, folder: Path) -> None:
    """Bring a database to the newest migration, the way `flask db upgrade` does."""
    app = create_app(product_settings(product_environment(folder, database_url=url)))
    with app.app_context():
        flask_migrate.upgrade(directory=str(Path(__file__).parents[1] / "migrations"))
        db.engine.dispose()


@contextmanager
def database(server: URL, template: str | None = None) -> Iterator[URL]:
    """A database of one's own, dropped at the end with whoever still hangs on to it."""
    name = f"postbacks_test_{secrets.token_hex(6)}"
    copied = f' TEMPLATE "{template}"' if template else ""
    with connect(server) as admin:
        admin.execute(f'CREATE DATABASE "{name}"{copied}'.encode())
    try:
        yield server.set(database=name)
    finally:
        with connect(server) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The session's server: a URL whose user may create databases."""
    with any_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated database to copy from."""
    with database(postgres_server) as url:
        migrate_database(url.render_as_string(hide_password=False), tmp_path_factory.mktemp("postgres"))
        yield str(url.database)


@pytest.fixture
def postgres_url(postgres_server: URL, postgres_template: str) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database of this test's own."""
    with database(postgres_server, postgres_template) as url:
        yield url.render_as_string(hide_password=False)
