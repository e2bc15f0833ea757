"""The demo tenant, made on each store."""

from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Settings
from extensions import db
from launch.demo import FIRST_LOCATION_ID, OTHER_LOCATION_ID, prepare_demo
from launch.demo_file import NAMES, demo_file, read_demo_file
from models import Base, Location, User, writing
from resources.access import Actor, actor_for, in_sight, may
from resources.credentials import user_by_key
from resources.passwords import verify_password
from resources.transactions import create_transaction
from resources.users import set_password


@pytest.fixture
def demo(app: Flask, tmp_path: Path) -> Settings:
    """Settings under which the demo was prepared once."""
    chosen = cast(Settings, app.extensions["postback_settings"])
    chosen.instance_path = tmp_path
    prepare_demo(chosen)
    return chosen


def actor(name: str) -> Actor:
    return actor_for(db.session(), user(name))


def user(name: str) -> User:
    db.session.expire_all()
    return db.session.scalars(select(User).where(User.username == name)).one()


def rows() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@pytest.mark.parametrize("name", ["demo", "demo-api"])
def test_both_users_see_the_first_location_and_not_the_other(demo: Settings, name: str) -> None:
    seen = set(db.session.scalars(select(Location.id).where(in_sight(db.session(), actor(name), Location.id))))
    assert FIRST_LOCATION_ID in seen
    assert OTHER_LOCATION_ID not in seen
    assert db.session.get(Location, OTHER_LOCATION_ID) is not None


def test_console_user_is_admin_and_the_api_user_is_not(demo: Settings) -> None:
    permission = "v2.users.post"
    assert may(db.session(), actor("demo"), permission, FIRST_LOCATION_ID)
    assert not may(db.session(), actor("demo-api"), permission, FIRST_LOCATION_ID)


def test_tree_has_one_root(demo: Settings) -> None:
    assert db.session.scalar(select(func.count()).where(Location.parent_id.is_(None))) == 1


def test_again_changes_nothing(demo: Settings) -> None:
    written, before = read_demo_file(demo.instance_path), rows()
    prepare_demo(demo)
    assert read_demo_file(demo.instance_path) == written
    assert rows() == before


def test_lost_file_is_written_anew_with_credentials_that_work(demo: Settings) -> None:
    demo_file(demo.instance_path).unlink()
    prepare_demo(demo)
    written = read_demo_file(demo.instance_path)
    assert set(written) == set(NAMES)
    assert user_by_key(written["USER_ID"], written["USER_API_KEY"]) is not None
    assert verify_password(user("demo").password_hash, written["UI_PASSWORD"])


def test_changed_password_is_replaced_and_the_key_kept(demo: Settings) -> None:
    before = read_demo_file(demo.instance_path)
    set_password(user("demo").id, "somebody changed it")
    prepare_demo(demo)
    after = read_demo_file(demo.instance_path)
    assert after["UI_PASSWORD"] != before["UI_PASSWORD"]
    assert verify_password(user("demo").password_hash, after["UI_PASSWORD"])
    assert after["USER_API_KEY"] == before["USER_API_KEY"]


@pytest.mark.parametrize("content", ["", "POSTBACK_URL='unclosed", "\x00\xff", "UI_PASSWORD=\nUSER_API_KEY=wrong\n"])
def test_damaged_file_is_replaced(demo: Settings, content: str) -> None:
    demo_file(demo.instance_path).write_bytes(content.encode("latin-1"))
    demo_file(demo.instance_path).chmod(0o644)
    prepare_demo(demo)
    written = read_demo_file(demo.instance_path)
    assert user_by_key(written["USER_ID"], written["USER_API_KEY"]) is not None
    assert demo_file(demo.instance_path).stat().st_mode & 0o777 == 0o600


def test_a_payment_needs_but_an_amount_and_a_card(demo: Settings) -> None:
    card = {"payment_method": "cc", "account_number": "4111111111111111", "exp_date": "1230"}
    paid = create_transaction(actor("demo-api"), {"action": "sale", "transaction_amount": "10.00", **card})
    assert (paid.location_id, paid.status_id, paid.product_transaction_id) == (FIRST_LOCATION_ID, 101, "demo-10001-cc")


def test_a_default_that_was_chosen_stays(demo: Settings) -> None:
    with writing(db.session()):
        db.session.get_one(Location, FIRST_LOCATION_ID).default_cc = None
    prepare_demo(demo)
    db.session.expire_all()
    assert db.session.get_one(Location, FIRST_LOCATION_ID).default_cc is None
