import pytest
from sqlalchemy import delete, select

from extensions import db
from models import ApiKey, Developer, Role, User, now_ts, writing
from resources.access import Actor, Grant
from resources.credentials import (
    actor_by_key,
    create_developer,
    is_known_developer,
    note_use,
    user_by_key,
)
from schemas.refusals import Invalid
from tests.world import DEVELOPER, World


def stored(key: str) -> ApiKey:
    db.session.rollback()
    return db.session.scalars(select(ApiKey).where(ApiKey.prefix == key[:8])).one()


def test_a_key_opens_for_its_own_user_only(world: World) -> None:
    owner, viewer = world.users["owner"], world.users["viewer"]
    assert user_by_key(owner.id, world.keys["owner"]) is owner
    for user_id, key in [
        (viewer.id, world.keys["owner"]),
        (owner.id, world.keys["owner"] + "x"),
        (owner.id, ""),
        ("", world.keys["owner"]),
        ("ä\x00", world.keys["owner"]),
        ("-", "\ud800"),
    ]:
        assert user_by_key(user_id, key) is None


def test_a_program_acts_as_its_keys_user_with_the_grants_of_now(world: World) -> None:
    owner, key = world.users["owner"], world.keys["owner"]
    assert actor_by_key(DEVELOPER, owner.id, key, "r-1") == Actor(
        owner.id, "owner", (Grant(world.here, "admin"),), "r-1", DEVELOPER, f"key:{key[:8]}"
    )
    with writing(db.session()):
        db.session.add(Role(user_id=owner.id, location_id=world.elsewhere, name="viewer"))
    acting = actor_by_key(DEVELOPER, owner.id, key)
    assert acting is not None
    assert {(grant.location_id, grant.role) for grant in acting.grants} == {
        (world.here, "admin"),
        (world.elsewhere, "viewer"),
    }
    with writing(db.session()):
        db.session.execute(delete(Role))
    assert actor_by_key(DEVELOPER, owner.id, key) == Actor(owner.id, "owner", (), None, DEVELOPER, f"key:{key[:8]}")


def test_no_other_combination_acts(world: World) -> None:
    owner, viewer = world.users["owner"].id, world.users["viewer"].id
    key = world.keys["owner"]
    for developer_id in ("", "-", "nobody", "a\x00", "\ud800"):
        assert actor_by_key(developer_id, owner, key) is None
    for user_id, given in [(viewer, key), (owner, key + "x"), (owner, ""), ("", key), ("ä\x00", key), ("-", "\ud800")]:
        assert actor_by_key(DEVELOPER, user_id, given) is None


def test_a_barred_user_gets_in_nowhere(world: World) -> None:
    with writing(db.session()):
        db.session.get_one(User, world.users["owner"].id).is_active = False
    assert user_by_key(world.users["owner"].id, world.keys["owner"]) is None


def test_use_is_noted_at_most_once_a_minute(world: World) -> None:
    key = world.keys["owner"]
    note_use(key)
    first = stored(key).last_used_ts
    assert first == pytest.approx(now_ts(), abs=5)
    with writing(db.session()):
        stored_row = db.session.scalars(select(ApiKey).where(ApiKey.prefix == key[:8])).one()
        stored_row.last_used_ts = 1
    note_use(key)
    assert stored(key).last_used_ts == 1


def test_developers(world: World) -> None:
    developer = create_developer("Acme")
    assert is_known_developer(developer.id)
    assert create_developer("Acme", "chosen-id").id == "chosen-id"
    assert not is_known_developer("none")
    assert not is_known_developer("a\x00")
    with writing(db.session()):
        db.session.get_one(Developer, developer.id).is_active = False
    assert not is_known_developer(developer.id)
    for name, id_ in [("", None), ("a" * 65, None), ("Acme", "a b")]:
        with pytest.raises(Invalid):
            create_developer(name, id_)
