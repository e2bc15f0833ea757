"""A tenant's rows for the engine, on each store, without the application around it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from models import prepare_sqlite
from postbacks.transport import CurlAdapter
from tests.postbacks.sending import UNHURRIED, adapter
from tests.postbacks.tenant import Tenant


@pytest.fixture
def tenant(store_url: str) -> Iterator[Tenant]:
    """One location and nothing else; once on each store."""
    engine = create_engine(store_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    yield Tenant(engine)
    engine.dispose()


@pytest.fixture
def wire() -> Iterator[CurlAdapter]:
    """An adapter that may call this machine, with a deadline of a second."""
    with adapter() as made:
        yield made


@pytest.fixture
def unhurried_wire() -> Iterator[CurlAdapter]:
    """An adapter for what is about order and number and not about time. A module's `wire` is this, where it says so."""
    with adapter(limits=UNHURRIED) as made:
        yield made
