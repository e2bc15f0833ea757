"""An application over a real store and a real Valkey, and rows to deliver."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from extensions import db
from tests.environment import product_environment, product_settings
from tests.postbacks.tenant import Tenant
from tests.processes import Processes
from tests.valkey import Valkey


@pytest.fixture
def environment(sqlite_url: str, valkey: Valkey, tmp_path: Path) -> dict[str, str]:
    return product_environment(tmp_path, database_url=sqlite_url, redis_url=valkey.url)


@pytest.fixture
def app(environment: dict[str, str]) -> Iterator[Flask]:
    """Its context is pushed."""
    app = create_app(product_settings(environment))
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def tenant(app: Flask) -> Tenant:
    return Tenant(db.engine)


@pytest.fixture
def processes(environment: dict[str, str], tmp_path: Path) -> Iterator[Processes]:
    started = Processes(environment, tmp_path)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """The URL of something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
