"""Flows run the product as it runs in earnest: real processes over a real store, on each store in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Settings
from extensions import db
from tests.environment import product_environment, product_settings
from tests.flows.flow import Flow
from tests.processes import Processes
from tests.receiver import Receiver
from tests.valkey import Valkey
from tests.world import World, new_world


@pytest.fixture
def changes() -> dict[str, object]:
    """Settings that a test module wants otherwise; it overrides this."""
    return {}


@pytest.fixture
def environment(store_url: str, valkey: Valkey, tmp_path: Path, changes: dict[str, object]) -> dict[str, str]:
    """The environment of every product process in the test."""
    wanted = {"database_url": store_url, "redis_url": valkey.url, **changes}
    return product_environment(tmp_path, **wanted)


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return product_settings(environment)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The API's side, in this process. No context is pushed: each request has its own, as in a web process."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return new_world(app)


@pytest.fixture
def processes(environment: dict[str, str], tmp_path: Path) -> Iterator[Processes]:
    """Starts processes of the product and ends them all."""
    started = Processes(environment, tmp_path)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture
def flow(world: World, valkey: Valkey, receiver: Receiver, processes: Processes) -> Flow:
    """No worker runs until the test starts one."""
    return Flow(world, valkey, receiver, processes)
