"""A real PostgreSQL for the tests: one server a session, one freshly migrated database a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import URL

from app import create_app
from extensions import db
from tests.absent import absent
from tests.environment import product_environment, product_settings
from tests.postgres_binaries import GIVEN, HOW_TO_GET_POSTGRES, find_postgres
from tests.postgres_server import PostgresServer, as_driver_url, database


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
