"""What a fuzzer runs against: the application in this process, on a store of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from flask import Flask

from app import create_app
from extensions import db
from tests.applications import OutsideClient
from tests.environment import product_environment, product_settings
from tests.postgres import any_server, migrate_database
from tests.postgres_server import database

STORES = ("sqlite", "postgresql")


class Effort(NamedTuple):
    """How much of everything a fuzzer sends; the same seed sends the same."""

    seed: int
    examples: int
    chains: int
    share: float


@contextmanager
def fuzzed(store: str) -> Iterator[Flask]:
    """The application on an empty database; both are gone afterwards."""
    with TemporaryDirectory(prefix="postbacks-fuzz-") as folder, _database(store, Path(folder)) as url:
        migrate_database(url, Path(folder))
        environment = product_environment(
            Path(folder), database_url=url, custom_resources="invoice", log_level="CRITICAL"
        )
        app = create_app(product_settings(environment))
        app.test_client_class = OutsideClient
        yield app
        with app.app_context():
            db.engine.dispose()


@contextmanager
def _database(store: str, folder: Path) -> Iterator[str]:
    if store == "sqlite":
        yield f"sqlite:///{folder / 'fuzzed.sqlite3'}"
        return
    with any_server() as server, database(server) as url:
        yield url.render_as_string(hide_password=False)
