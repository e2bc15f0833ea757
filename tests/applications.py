"""The application inside the test's own process, on each store."""

import shutil
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL
from werkzeug.test import TestResponse

from app import create_app
from config import Settings
from extensions import bind_settings, db
from models import Base, writing
from tests.environment import product_environment, product_settings
from tests.postgres_server import database

_DELETES = [f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)]
_APPEND_ONLY = (
    "CREATE TRIGGER audit_entries_no_DELETE BEFORE DELETE ON audit_entries "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
)
EMPTYING = {
    "sqlite": ["DROP TRIGGER audit_entries_no_DELETE", *_DELETES, _APPEND_ONLY],
    "postgresql": [";".join(["SET LOCAL session_replication_role = replica", *_DELETES])],
}
"""What empties a store, the log that nobody may empty included; PostgreSQL takes it all in one message."""


@pytest.fixture
def settings(app: Flask) -> Settings:
    """The application's settings; changes are taken back afterwards."""
    return cast(Settings, app.extensions["postback_settings"])


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on an empty database, its context pushed; once on each store."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    kept = app.extensions["postback_settings"]
    bind_settings(app, kept.model_copy())
    with app.app_context():
        with writing(db.session()):
            for statements in EMPTYING[request.param]:
                db.session.connection().exec_driver_sql(statements).close()
        yield app
    bind_settings(app, kept)


@pytest.fixture(scope="session")
def sqlite_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("sqlite-app")
    shutil.copyfile(sqlite_template, folder / "postbacks.sqlite3")
    yield from _app_on(f"sqlite:///{folder / 'postbacks.sqlite3'}", folder)


@pytest.fixture(scope="session")
def postgresql_app(
    postgres_server: URL, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    with database(postgres_server, postgres_template) as url:
        yield from _app_on(url.render_as_string(hide_password=False), tmp_path_factory.mktemp("postgres-app"))


def _app_on(url: str, folder: Path) -> Iterator[Flask]:
    """One application a session and store: making one costs more than a test does. There is no Redis under it."""
    app = create_app(product_settings(product_environment(folder, database_url=url, custom_resources="invoice")))
    app.testing = True
    app.test_client_class = OutsideClient
    yield app
    with app.app_context():
        db.engine.dispose()


class OutsideClient(FlaskClient):
    """Requests come from outside: each in a context of its own, as a server runs it, whatever the test has pushed.

    What is streamed is read there too.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **{"buffered": True, **kwargs})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
