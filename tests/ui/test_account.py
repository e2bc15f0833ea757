"""Your account: what everybody sees and changes of themself."""

import pytest
from sqlalchemy import select

from extensions import db
from models import ApiKey
from resources.passwords import verify_password
from resources.sign_in import FAILURES_PER_ACCOUNT_AND_ADDRESS
from resources.users import set_password
from tests.ui.console import console_of, text_of
from tests.ui.test_users import KEY, PASSWORD, newest_entry, path_of, stored
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_everybody_sees_and_changes_their_own(world: World) -> None:
    console = console_of(world, "viewer")
    text = text_of(console.get("/account"))
    assert "Harbour shop" in text
    assert "Reads everything" in text
    assert console.get(path_of(world, "viewer")).location == "/account"
    form = {"first_name": "Vi", "last_name": "", "email": "vi@example.com", "timezone": "Europe/Oslo"}
    assert console.post("/account", form | {"username": "root", "is_active": "0"}).status_code == 303
    user = stored(world, "viewer")
    assert (user.first_name, user.last_name, user.email, user.timezone) == ("Vi", None, "vi@example.com", "Europe/Oslo")
    assert (user.username, user.is_active) == ("viewer", True)
    refused = console.post("/account", form | {"email": "nobody"})
    assert refused.status_code == 422
    assert 'href="#email"' in refused.text
    refused = console.post("/account", form | {"timezone": "Europe/Olso"})
    assert refused.status_code == 422
    assert "must be a time zone's name like America/New_York" in text_of(refused)


def test_own_keys(world: World) -> None:
    console = console_of(world, "viewer")
    answer = console.post(path_of(world, "viewer", "/keys"))
    found = KEY.search(console.client.get(answer.location).text)
    assert found
    assert f"{found[1][:8]}…" in text_of(console.get("/account"))
    made = db.session.scalars(select(ApiKey).where(ApiKey.prefix == found[1][:8])).one()
    assert console.post(path_of(world, "viewer", f"/keys/{made.id}/revoke")).location == "/account"
    assert console.post(path_of(world, "owner", "/keys")).status_code == 403, "and nobody else's"


def test_the_own_password_takes_the_current_one(world: World) -> None:
    set_password(world.users["viewer"].id, PASSWORD)
    console, other = console_of(world, "viewer"), console_of(world, "viewer")
    wrong = console.post("/account/password", {"current_password": "guess", "password": "another horse"})
    assert wrong.status_code == 422
    assert "Current password is not right." in text_of(wrong)
    assert "guess" not in wrong.text
    right = console.post("/account/password", {"current_password": PASSWORD, "password": "another horse"})
    assert right.status_code == 303
    assert verify_password(stored(world, "viewer").password_hash, "another horse")
    assert console.get("/account").status_code == 200, "this session stays"
    assert other.get("/account").status_code == 303, "the others end"
    newest = newest_entry()
    assert (newest.username, newest.action, newest.changes) == (
        "viewer",
        "update",
        {"password_hash": ["••••••", "••••••"]},
    )


def test_a_session_left_open_is_no_way_to_guess_a_password(world: World) -> None:
    set_password(world.users["viewer"].id, PASSWORD)
    console = console_of(world, "viewer")
    for _ in range(FAILURES_PER_ACCOUNT_AND_ADDRESS):
        console.post("/account/password", {"current_password": "guess", "password": "another horse"})
    answer = console.post("/account/password", {"current_password": PASSWORD, "password": "another horse"})
    assert answer.status_code == 429
    assert "Too many failed tries" in text_of(answer)
    assert verify_password(stored(world, "viewer").password_hash, PASSWORD)


def test_ending_the_own_sessions_keeps_this_one(world: World) -> None:
    console, other = console_of(world, "viewer"), console_of(world, "viewer")
    console.post(path_of(world, "viewer", "/sessions/end"))
    assert "1 other session ended" in text_of(console.get("/account"))
    assert other.get("/account").status_code == 303
