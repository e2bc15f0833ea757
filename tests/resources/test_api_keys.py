import pytest
from sqlalchemy import select

from extensions import db
from models import ApiKey, AuditEntry
from resources import api_keys as verbs
from resources.api_keys import api_keys_of, generate_api_key, revoke_api_key
from resources.credentials import user_by_key
from resources.roles import grant_role
from resources.users import delete_user
from schemas.refusals import Conflict, Forbidden, Gone, NotFound
from tests.world import World


def stored(key: str) -> ApiKey:
    db.session.rollback()
    return db.session.scalars(select(ApiKey).where(ApiKey.prefix == key[:8])).one()


def test_a_key_is_long_random_and_stored_as_a_digest_only(world: World) -> None:
    first, second = (generate_api_key(world.actor("owner"), "me") for _ in range(2))
    assert first != second
    assert len(first) >= 43
    row = stored(first)
    assert first not in {str(getattr(row, column.name)) for column in ApiKey.__table__.columns}
    assert user_by_key(world.users["owner"].id, first) is not None


def test_a_revoked_key_opens_nothing(world: World) -> None:
    owner, key = world.users["owner"].id, world.keys["owner"]
    revoke_api_key(world.actor("owner"), owner, stored(key).id)
    assert user_by_key(owner, key) is None
    for gone in (stored(key).id, "none"):
        with pytest.raises(NotFound):
            revoke_api_key(world.actor("owner"), owner, gone)


@pytest.mark.parametrize("name", ["viewer", "program", "operator"])
def test_everybody_has_keys_of_their_own_and_no_others(world: World, name: str) -> None:
    actor = world.actor(name)
    key = generate_api_key(actor, world.users[name].id)
    assert [one.prefix for one in api_keys_of(actor, "me")] == [key[:8], world.keys[name][:8]]
    revoke_api_key(actor, "me", stored(key).id)
    with pytest.raises(Forbidden):
        generate_api_key(actor, world.users["owner"].id)
    with pytest.raises(Forbidden):
        api_keys_of(actor, world.users["owner"].id)
    with pytest.raises(NotFound):
        revoke_api_key(actor, "me", stored(world.keys["owner"]).id)


def test_an_admin_makes_keys_for_his_people_and_for_nobody_who_may_do_more(world: World) -> None:
    owner, program = world.actor("owner"), world.users["program"].id
    assert user_by_key(program, generate_api_key(owner, program)) is not None
    grant_role(world.actor("head"), program, {"location_id": world.elsewhere, "role": "viewer"})
    for refused in (generate_api_key, api_keys_of):
        with pytest.raises(Forbidden):
            refused(owner, program)
    with pytest.raises(Forbidden):
        revoke_api_key(owner, program, stored(world.keys["program"]).id)
    for unknown in (world.users["head"].id, world.users["stranger"].id, "none", "\0"):
        with pytest.raises(NotFound):
            generate_api_key(owner, unknown)


def test_a_deleted_user_gets_no_key(world: World) -> None:
    program = world.users["program"].id
    delete_user(world.actor("owner"), program)
    with pytest.raises(Gone):
        generate_api_key(world.actor("owner"), program)


def test_keys_do_not_pile_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "MOST_KEYS", 2)
    generate_api_key(world.actor("owner"), "me")
    with pytest.raises(Conflict):
        generate_api_key(world.actor("owner"), "me")


def test_making_and_revoking_is_on_record_without_the_key(world: World) -> None:
    actor, program = world.actor("owner"), world.users["program"].id
    key = generate_api_key(actor, program)
    revoke_api_key(actor, program, stored(key).id)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.resource, one.record_id, one.location_id) for one in entries] == [
        ("create", "userapikey", stored(key).id, world.here),
        ("revoke", "userapikey", stored(key).id, world.here),
    ]
    assert entries[0].changes == {"user_id": [None, program], "prefix": [None, key[:8]]}
