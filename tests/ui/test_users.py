"""Users, their roles, keys and sessions, at the console."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from extensions import db
from models import ApiKey, AuditEntry, Role, User, UserSession, writing
from resources.credentials import user_by_key
from resources.passwords import verify_password
from resources.roles import grant_role
from tests.ui.console import Console, console_of, text_of
from tests.ui.tried import HOSTILE
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PASSWORD = "correct horse"
KEY = re.compile(r"<pre[^>]*>([A-Za-z0-9_-]{43})</pre>")


def owner(world: World) -> Console:
    return console_of(world, "owner")


def path_of(world: World, name: str, rest: str = "") -> str:
    return f"/users/{world.users[name].id}{rest}"


def stored(world: World, name: str) -> User:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(User, world.users[name].id)


def role_of(world: World, name: str) -> str | None:
    db.session.rollback()
    found = select(Role.name).where(Role.user_id == world.users[name].id, Role.location_id == world.here)
    return db.session.scalar(found)


def newest_entry() -> AuditEntry:
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_an_admin_sees_the_users_of_their_places(world: World) -> None:
    text = text_of(owner(world).get("/users"))
    for name in ("owner", "operator", "program", "viewer"):
        assert name in text
    assert "stranger" not in text
    assert "Viewer · Harbour shop" in text
    assert "4 users" in text
    assert "stranger" in text_of(console_of(world, "head").get("/users"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "VIEW"}, ["viewer"]),
        ({"q": "%"}, []),
        ({"role": "operator"}, ["operator"]),
        ({"state": "off"}, []),
        ({"state": "active", "role": "viewer"}, ["viewer"]),
    ],
)
def test_search_and_filters(world: World, query: dict[str, str], found: list[str]) -> None:
    console = owner(world)
    rows = list(csv.DictReader(io.StringIO(console.get("/users.csv", **query).text)))
    assert sorted(row["username"] for row in rows) == found
    page = text_of(console.get("/users", **query))
    assert ("No users match" in page) == (not found)
    assert all(name in page for name in found)


def test_the_export_says_who_holds_what(world: World) -> None:
    rows = {row["username"]: row for row in csv.DictReader(io.StringIO(owner(world).get("/users.csv").text))}
    assert rows["viewer"]["roles"] == "viewer at Harbour shop"
    assert (rows["owner"]["state"], rows["viewer"]["last_seen"]) == ("active", "")
    assert rows["owner"]["last_seen"].endswith("Z")


def test_adding_one_leads_to_giving_a_role(world: World) -> None:
    console = owner(world)
    form = {"username": "zoe", "first_name": "Zoë", "timezone": "Europe/Oslo", "primary_location_id": world.here}
    answer = console.post("/users/new", form | {"password": PASSWORD}, page="/users/new")
    assert answer.status_code == 303
    page = text_of(console.client.get(answer.location))
    assert "The user is added and may do nothing yet: give a role below." in page
    made = db.session.scalars(select(User).where(User.username == "zoe")).one()
    assert (made.first_name, made.timezone) == ("Zoë", "Europe/Oslo")
    assert verify_password(made.password_hash, PASSWORD)
    console.post(f"/users/{made.id}/roles", {"location_id": world.here, "role": "operator"})
    assert "The role at Harbour shop is given Operator." in text_of(console.get(f"/users/{made.id}"))


def test_what_is_wrong_is_named_and_no_password_comes_back(world: World) -> None:
    form = {"username": "viewer", "email": "nobody", "password": "short-7", "first_name": HOSTILE[:64]}
    answer = owner(world).post("/users/new", form, page="/users/new")
    assert answer.status_code == 422
    assert "Email" in text_of(answer)
    assert 'href="#password"' in answer.text
    assert "short-7" not in answer.text
    assert "<script>alert" not in answer.text
    taken = owner(world).post(
        "/users/new", {"username": "VIEWER", "timezone": "UTC", "primary_location_id": world.here}
    )
    assert "Username has already been taken." in text_of(taken)


def test_the_facts_are_changed(world: World) -> None:
    edit = path_of(world, "viewer", "/edit")
    console = owner(world)
    page = console.get(edit).text
    assert 'value="viewer"' in page
    form = {"username": "viewer", "first_name": "", "last_name": "New", "timezone": "UTC", "primary_location_id": ""}
    answer = console.post(edit, form | {"primary_location_id": world.here})
    assert answer.status_code == 303
    user = stored(world, "viewer")
    assert (user.first_name, user.last_name, user.primary_location_id) == (None, "New", world.here)


def test_a_role_is_changed_and_revoked(world: World) -> None:
    console = owner(world)
    console.post(path_of(world, "viewer", "/roles"), {"location_id": world.here, "role": "operator"})
    assert "The role at Harbour shop is now Operator." in text_of(console.get(path_of(world, "viewer")))
    assert role_of(world, "viewer") == "operator"
    revoke = path_of(world, "viewer", f"/roles/{world.here}/revoke")
    assert "will no longer be Operator at Harbour shop" in text_of(console.get(revoke))
    assert console.post(revoke).status_code == 303
    assert role_of(world, "viewer") is None
    assert console.get(revoke).status_code == 404


def test_a_role_elsewhere_is_not_given(world: World) -> None:
    console = owner(world)
    console.post(path_of(world, "viewer", "/roles"), {"location_id": world.elsewhere, "role": "admin"})
    assert "location_id provided is not valid" in text_of(console.get(path_of(world, "viewer")))
    console.post(path_of(world, "viewer", "/roles"), {"location_id": world.here, "role": "god"})
    assert "Role must be one of" in text_of(console.get(path_of(world, "viewer")))
    assert role_of(world, "viewer") == "viewer"


def test_what_one_may_not_do_to_oneself_is_disabled_and_says_why(world: World) -> None:
    console = owner(world)
    page = console.get(path_of(world, "owner"))
    text = text_of(page)
    assert "Nobody turns off their own user" in text
    assert "Nobody deletes their own user" in text
    assert "Nobody changes a role of their own" in text
    assert page.text.count('aria-disabled="true"') >= 4
    for what, says in [("turn-off", "Nobody turns off"), ("delete", "Nobody deletes")]:
        assert console.post(path_of(world, "owner", f"/{what}")).status_code == 303
        assert says in text_of(console.get(path_of(world, "owner")))
    console.post(path_of(world, "owner", f"/roles/{world.here}/revoke"))
    assert role_of(world, "owner") == "admin"
    assert stored(world, "owner").is_active


def test_who_also_acts_elsewhere_is_seen_but_not_decided_over(world: World) -> None:
    grant_role(world.actor("head"), world.users["viewer"].id, {"location_id": world.elsewhere, "role": "viewer"})
    console = owner(world)
    text = text_of(console.get(path_of(world, "viewer")))
    assert "This user holds a role at a location where you are no admin." in text
    assert "Hill shop" not in text
    for rest in ("/edit", "/password", "/delete", "/turn-off"):
        assert (answer := console.get(path_of(world, "viewer", rest))).status_code == 403
        assert "Ask an admin of all of the user's locations." in text_of(answer)
    assert console.post(path_of(world, "viewer", "/keys")).status_code == 403
    assert console.get(path_of(world, "stranger")).status_code == 404


def test_a_key_is_shown_once(world: World) -> None:
    console = owner(world)
    answer = console.post(path_of(world, "viewer", "/keys"))
    page = console.client.get(answer.location)
    found = KEY.search(page.text)
    assert found
    db.session.rollback()
    assert user_by_key(world.users["viewer"].id, found[1]) is not None
    again = console.client.get(answer.location)
    assert again.status_code == 303
    shown = text_of(console.client.get(again.location))
    assert "The API key was shown once" in shown
    assert f"{found[1][:8]}…" in shown
    assert found[1] not in shown


def test_a_key_is_revoked(world: World) -> None:
    key = db.session.scalars(select(ApiKey).where(ApiKey.user_id == world.users["viewer"].id)).one()
    path = path_of(world, "viewer", f"/keys/{key.id}/revoke")
    console = owner(world)
    assert f"Revoke the API key {key.prefix}…?" in text_of(console.get(path))
    assert console.post(path).status_code == 303
    db.session.rollback()
    assert user_by_key(world.users["viewer"].id, world.keys["viewer"]) is None
    assert console.get(path).status_code == 404


def test_a_password_set_by_an_admin_ends_sessions(world: World) -> None:
    theirs = console_of(world, "viewer")
    answer = owner(world).post(path_of(world, "viewer", "/password"), {"password": "short"})
    assert answer.status_code == 422
    assert "New password must have 8 to 1024 characters" in text_of(answer)
    assert theirs.get("/locations").status_code == 200
    assert owner(world).post(path_of(world, "viewer", "/password"), {"password": PASSWORD}).status_code == 303
    assert verify_password(stored(world, "viewer").password_hash, PASSWORD)
    assert theirs.get("/locations").status_code == 303


def test_all_sessions_are_ended(world: World) -> None:
    theirs, console = console_of(world, "viewer"), owner(world)
    assert "127.0.0.1" not in text_of(console.get(path_of(world, "viewer")))
    console.post(path_of(world, "viewer", "/sessions/end"))
    assert "1 session ended" in text_of(console.get(path_of(world, "viewer")))
    assert theirs.get("/locations").status_code == 303
    newest = newest_entry()
    assert (newest.action, newest.record_id, newest.username) == ("end_sessions", world.users["viewer"].id, "owner")


def test_turning_off_and_on_and_deleting(world: World) -> None:
    theirs, console = console_of(world, "viewer"), owner(world)
    assert "Turn off Viewer Tester?" in text_of(console.get(path_of(world, "viewer", "/turn-off")))
    console.post(path_of(world, "viewer", "/turn-off"))
    assert theirs.get("/locations").status_code == 303
    assert "Off" in text_of(console.get(path_of(world, "viewer")))
    console.post(path_of(world, "viewer", "/turn-on"))
    assert stored(world, "viewer").is_active
    assert "Delete Viewer Tester?" in text_of(console.get(path_of(world, "viewer", "/delete")))
    answer = console.post(path_of(world, "viewer", "/delete"))
    assert (answer.status_code, answer.location) == (303, "/users")
    assert "The user viewer is deleted." in text_of(console.get("/users"))
    assert console.get(path_of(world, "viewer")).status_code == 404


def test_one_page_of_many_users_asks_little(world: World) -> None:
    with writing(db.session()):
        for number in range(60):
            user = User(username=f"many-{number:02}", primary_location_id=world.here)
            db.session.add(user)
            db.session.flush()
            db.session.add(UserSession(digest=f"{number:064}", user_id=user.id))
    text = text_of(owner(world).get("/users"))
    assert "64 users" in text
    assert "many-45" in text
