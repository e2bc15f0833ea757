"""The way back to the first release and forth again, over rows of every kind."""

from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from extensions import db
from tests.environment import product_environment, product_settings
from tests.payments import ACCOUNT, open_accounts, payment
from tests.world import World, new_world

MIGRATIONS = str(Path(__file__).parents[2] / "migrations")
FIRST_RELEASE = "0006"
KEPT = ("attempts", "contacts", "deliveries", "events", "locations", "postback_configs", "users")
"""Tables that the first release knew already."""


@pytest.fixture
def filled(store_url: str, tmp_path: Path) -> Flask:
    """The application on a store with something of everything."""
    app = create_app(product_settings(product_environment(tmp_path, database_url=store_url)))
    with app.app_context():
        world: World = new_world(app)
        open_accounts(world)
        world.config()
        world.contact(contact_api_id="c-1")
        world.vault()
        world.vault(**{**ACCOUNT, "exp_date": None})
        payment(world)
        keyed = {**world.headers("owner"), "Idempotency-Key": "a"}
        app.test_client().post("/v2/contacts", json={"contact": {}}, headers=keyed)
        db.session.remove()
    return app


def rows() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in KEPT}


def test_a_filled_store_goes_back_to_the_first_release_and_forth_again(filled: Flask) -> None:
    with filled.app_context():
        before = rows()
        assert before["events"] > 0
        flask_migrate.downgrade(directory=MIGRATIONS, revision=FIRST_RELEASE)
        assert rows() == before
        flask_migrate.upgrade(directory=MIGRATIONS)
        assert rows() == before
        flask_migrate.check(directory=MIGRATIONS)
        db.engine.dispose()
