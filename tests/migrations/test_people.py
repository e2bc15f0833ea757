"""Users from before usernames were told apart whatever their case."""

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import select, text

from app import create_app
from extensions import db
from models import Location, new_id
from resources.access import command_actor
from resources.passwords import hash_password
from resources.sign_in import SignInRefused, proven
from resources.users import create_user, update_user
from schemas.refusals import Invalid
from tests.environment import product_environment, product_settings

MIGRATIONS = str(Path(__file__).parents[2] / "migrations")
USER = text(
    "INSERT INTO users (id, username, password_hash, timezone, is_active, created_ts, modified_ts) "
    "VALUES (:id, :username, :hash, 'UTC', 1, 1, 1)"
)


def test_who_shares_a_name_but_for_its_case_keeps_it_and_nobody_joins_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    app = create_app(product_settings(product_environment(tmp_path, database_url=url)))
    with app.app_context():
        flask_migrate.upgrade(directory=MIGRATIONS, revision="0007")
        with db.engine.begin() as connection:
            for username in ("Zoe", "zoe"):
                one = {"id": new_id(), "username": username, "hash": hash_password(f"the horse of {username}")}
                connection.execute(USER, one)
            connection.execute(
                text(
                    "INSERT INTO locations (id, name, tz, contact_email_trx_receipt_default, created_ts, "
                    "modified_ts) VALUES ('root', 'Root', 'UTC', 0, 1, 1)"
                )
            )
        flask_migrate.upgrade(directory=MIGRATIONS)
        actor = command_actor(db.session())
        for username in ("Zoe", "zoe"):
            user_id = proven(username, f"the horse of {username}", "192.0.2.1", lambda user: user.is_active).user_id
            assert update_user(actor, user_id, {"first_name": "Zoë"}).username == username
        with pytest.raises(SignInRefused):
            proven("ZOE", "the horse of Zoe", "192.0.2.1", lambda user: user.is_active)
        with pytest.raises(Invalid):
            create_user(actor, {"username": "ZOE"})
        assert db.session.scalars(select(Location)).one().id == "root"
        db.session.remove()
        db.engine.dispose()
