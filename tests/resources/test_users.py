from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from extensions import db
from models import AuditEntry, Role, User, writing
from resources.access import PERMISSIONS, command_actor
from resources.audit import SECRET
from resources.credentials import user_by_key
from resources.passwords import verify_password
from resources.roles import grant_role
from resources.sign_in import SignInRefused, session_user, sign_in
from resources.users import create_user, delete_user, get_user, set_password, update_user
from schemas.refusals import Conflict, Forbidden, Gone, Invalid, NotFound, Refusal
from schemas.user import ROLES
from tests.world import World


def made(world: World, username: str = "zoe", by: str = "owner", **fields: object) -> User:
    place = {"primary_location_id": world.here} if by == "owner" else {}
    return create_user(world.actor(by), {"username": username, **place, **fields})


def stored(user: User) -> User:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(User, user.id)


def test_a_user_with_a_password(world: World) -> None:
    user = made(world, "Zoë", password="correct horse", first_name="Zoë")
    assert verify_password(user.password_hash, "correct horse")
    set_password(user.id, "battery staple")
    assert verify_password(stored(user).password_hash, "battery staple")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a" * 65}, "username"),
        ({"username": "a\nb"}, "username"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 2000}, "password"),
        ({"password": ""}, "password"),
        ({"password": 12345678}, "password"),
        ({"email": "nowhere"}, "email"),
        ({"primary_location_id": "none"}, "primary_location_id"),
        ({"primary_location_id": "elsewhere-of-the-tests"}, "primary_location_id"),
        ({"primary_location_id": None}, "primary_location_id"),
        ({"timezone": "../etc"}, "timezone"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"is_god": "1"}, "is_god"),
        ({"password_hash": "x"}, "password_hash"),
    ],
)
def test_what_makes_no_user(world: World, fields: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(world, **{"username": "a", **fields})  # type: ignore[arg-type]
    assert list(refused.value.errors) == [field]


def test_a_username_is_taken_once_whatever_its_case_and_stays_taken(world: World) -> None:
    zoe = made(world, "Zoe")
    for same in ("Zoe", "zoe", "ZOE"):
        with pytest.raises(Invalid):
            made(world, same)
    delete_user(world.actor("owner"), zoe.id)
    with pytest.raises(Invalid):
        made(world, "zoe")
    max_ = made(world, "max")
    with pytest.raises(Invalid):
        update_user(world.actor("owner"), max_.id, {"username": "ZOE"})
    assert update_user(world.actor("owner"), max_.id, {"username": "MAX"}).username == "MAX"


def test_the_roles_of_the_wire_are_those_that_there_are() -> None:
    assert set(ROLES) == set(PERMISSIONS)


def test_only_an_admin_of_the_root_leaves_open_where_a_user_belongs(world: World) -> None:
    assert made(world, "free", by="head").primary_location_id is None


def test_who_is_no_admin_changes_of_himself_only_what_is_said_of_him(world: World) -> None:
    viewer = world.users["viewer"].id
    changed = update_user(world.actor("viewer"), "me", {"first_name": "Vi", "timezone": "Europe/Oslo"})
    assert (changed.id, changed.first_name) == (viewer, "Vi")
    for fields in ({"username": "v"}, {"password": "correct horse"}, {"primary_location_id": world.here}):
        with pytest.raises(Forbidden):
            update_user(world.actor("viewer"), viewer, fields)


@pytest.mark.parametrize("fields", [{"password": "correct horse"}, {"is_active": "0"}, {"first_name": "X"}])
def test_nobody_changes_a_user_who_may_do_more(world: World, fields: dict[str, object]) -> None:
    """An admin of one place sees the admin of the root where that one holds a role here too, and no more."""
    head = world.users["head"].id
    with pytest.raises(NotFound):
        update_user(world.actor("owner"), head, fields)
    grant_role(command_actor(db.session()), head, {"location_id": world.here, "role": "viewer"})
    assert get_user(world.actor("owner"), head).id == head
    with pytest.raises(Forbidden):
        update_user(world.actor("owner"), head, fields)
    with pytest.raises(Forbidden):
        delete_user(world.actor("owner"), head)
    assert stored(world.users["head"]).is_active


def test_nobody_changes_one_of_theirs_who_also_acts_elsewhere(world: World) -> None:
    viewer = world.users["viewer"].id
    grant_role(world.actor("head"), viewer, {"location_id": world.elsewhere, "role": "viewer"})
    for name in ("owner", "stranger"):
        with pytest.raises(Forbidden):
            update_user(world.actor(name), viewer, {"password": "correct horse"})
    update_user(world.actor("head"), viewer, {"password": "correct horse"})


def test_a_deleted_user_opens_nothing_at_once(world: World) -> None:
    operator = world.users["operator"].id
    set_password(operator, "correct horse")
    session = sign_in("operator", "correct horse", "192.0.2.1")
    delete_user(world.actor("owner"), operator)
    assert session_user(session) is None
    assert user_by_key(operator, world.keys["operator"]) is None
    with pytest.raises(Refusal):
        sign_in("operator", "correct horse", "192.0.2.1")
    with pytest.raises(NotFound):
        get_user(world.actor("owner"), operator)
    with pytest.raises(NotFound):
        delete_user(world.actor("owner"), operator)
    with pytest.raises(Gone):
        update_user(world.actor("owner"), operator, {"is_active": "1"})


def test_who_was_turned_off_signs_in_anew_when_turned_on(world: World) -> None:
    operator = world.users["operator"].id
    set_password(operator, "correct horse")
    session = sign_in("operator", "correct horse", "192.0.2.1")
    update_user(world.actor("owner"), operator, {"is_active": 0})
    assert user_by_key(operator, world.keys["operator"]) is None
    update_user(world.actor("owner"), operator, {"is_active": 1})
    assert session_user(session) is None
    assert user_by_key(operator, world.keys["operator"]) is not None


def test_a_new_password_ends_the_old_one_and_the_sessions(world: World) -> None:
    set_password(world.users["owner"].id, "correct horse")
    session = sign_in("owner", "correct horse", "192.0.2.1")
    update_user(world.actor("owner"), "me", {"password": "battery staple"})
    assert session_user(session) is None
    with pytest.raises(SignInRefused):
        sign_in("owner", "correct horse", "192.0.2.1")
    assert sign_in("owner", "battery staple", "192.0.2.1")


def test_nobody_takes_themself_away(world: World) -> None:
    owner = world.users["owner"].id
    with pytest.raises(Conflict):
        delete_user(world.actor("owner"), owner)
    with pytest.raises(Conflict):
        update_user(world.actor("owner"), "me", {"is_active": False})


def test_two_admins_who_delete_each_other_leave_one(app: Flask, world: World) -> None:
    second = made(world, "second", by="head")
    grant_role(world.actor("head"), second.id, {"location_id": world.here, "role": "admin"})
    world.users["second"] = second
    acting = {"owner": world.actor("owner"), "second": world.actor("second")}
    ids = {name: world.users[name].id for name in acting}
    db.session.rollback()

    def strike(pair: tuple[str, str]) -> str:
        with app.app_context():
            try:
                delete_user(acting[pair[0]], ids[pair[1]])
            except Refusal as refusal:
                return type(refusal).__name__
            return "deleted"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(strike, [("owner", "second"), ("second", "owner")]))
    assert answers == ["Forbidden", "deleted"]


def test_what_is_written_down_of_a_change(world: World) -> None:
    user = made(world, password="correct horse")
    update_user(world.actor("owner"), user.id, {"password": "battery staple", "email": "zoe@example.org"})
    delete_user(world.actor("owner"), user.id)
    db.session.rollback()
    created, updated, deleted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.record_id == user.id).order_by(AuditEntry.id)
    )
    assert [(one.action, one.resource, one.location_id) for one in (created, updated, deleted)] == [
        ("create", "user", world.here),
        ("update", "user", world.here),
        ("delete", "user", world.here),
    ]
    assert updated.changes == {"email": [None, "zoe@example.org"], "password_hash": [SECRET, SECRET]}
    assert "argon2" not in str([one.changes for one in (created, updated, deleted)])


def test_the_command_line_acts_under_its_own_name(world: World) -> None:
    set_password(world.users["owner"].id, "correct horse")
    db.session.rollback()
    [entry] = db.session.scalars(select(AuditEntry))
    assert (entry.user_id, entry.username, entry.credential) == (None, "command line", "command")
    with pytest.raises(NotFound):
        set_password("nobody", "correct horse")


def test_an_actor_whose_role_was_taken_meanwhile_does_nothing_more(world: World) -> None:
    acting, viewer = world.actor("owner"), world.users["viewer"].id
    with writing(db.session()):
        db.session.delete(db.session.get_one(Role, (world.users["owner"].id, world.here)))
    with pytest.raises(Refusal):
        update_user(acting, viewer, {"password": "correct horse"})
    assert stored(world.users["viewer"]).password_hash is None
