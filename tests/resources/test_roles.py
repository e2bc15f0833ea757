import pytest
from sqlalchemy import select

from extensions import db
from models import AuditEntry, Role
from resources.roles import grant_role, revoke_role, roles_of
from resources.users import delete_user
from schemas.refusals import Conflict, Forbidden, Gone, Invalid, NotFound
from tests.world import World


def held(world: World, name: str) -> dict[str, str]:
    db.session.rollback()
    roles = db.session.scalars(select(Role).where(Role.user_id == world.users[name].id))
    return {role.location_id: role.name for role in roles}


def test_a_user_holds_one_role_at_a_location(world: World) -> None:
    viewer, owner = world.users["viewer"].id, world.actor("owner")
    role, new = grant_role(owner, viewer, {"location_id": world.here, "role": "operator"})
    assert (role.name, new) == ("operator", False)
    assert held(world, "viewer") == {world.here: "operator"}
    assert [one.name for one in roles_of(owner, viewer)] == ["operator"]
    revoke_role(owner, viewer, world.here)
    assert held(world, "viewer") == {}


@pytest.mark.parametrize("place", ["root", "elsewhere"])
def test_nobody_grants_a_role_where_they_are_no_admin(world: World, place: str) -> None:
    location_id = getattr(world, place)
    with pytest.raises(Invalid) as refused:
        grant_role(world.actor("owner"), world.users["viewer"].id, {"location_id": location_id, "role": "viewer"})
    assert list(refused.value.errors) == ["location_id"]
    assert held(world, "viewer") == {world.here: "viewer"}


def test_a_place_that_is_only_read_takes_no_role(world: World) -> None:
    grant_role(world.actor("head"), world.users["owner"].id, {"location_id": world.elsewhere, "role": "operator"})
    given = {"location_id": world.elsewhere, "role": "viewer"}
    with pytest.raises(Forbidden):
        grant_role(world.actor("owner"), world.users["viewer"].id, given)


@pytest.mark.parametrize("name", ["operator", "viewer", "program"])
def test_who_is_no_admin_grants_nothing(world: World, name: str) -> None:
    given = {"location_id": world.here, "role": "admin"}
    for target in (world.users["viewer"].id, "me"):
        with pytest.raises(Forbidden):
            grant_role(world.actor(name), target, given)
    with pytest.raises(Forbidden):
        revoke_role(world.actor(name), world.users["owner"].id, world.here)


def test_an_admin_elsewhere_does_not_know_the_user(world: World) -> None:
    given = {"location_id": world.elsewhere, "role": "viewer"}
    with pytest.raises(NotFound):
        grant_role(world.actor("stranger"), world.users["viewer"].id, given)
    with pytest.raises(NotFound):
        revoke_role(world.actor("stranger"), world.users["viewer"].id, world.here)


def test_of_an_other_ones_roles_only_those_at_ones_own_places_are_told_and_taken(world: World) -> None:
    viewer = world.users["viewer"].id
    grant_role(world.actor("head"), viewer, {"location_id": world.elsewhere, "role": "operator"})
    assert [role.location_id for role in roles_of(world.actor("owner"), viewer)] == [world.here]
    assert {role.location_id for role in roles_of(world.actor("viewer"), "me")} == {world.here, world.elsewhere}
    with pytest.raises(NotFound):
        revoke_role(world.actor("owner"), viewer, world.elsewhere)


def test_nobody_changes_a_role_of_their_own(world: World) -> None:
    owner = world.users["owner"].id
    with pytest.raises(Conflict):
        revoke_role(world.actor("owner"), owner, world.here)
    with pytest.raises(Conflict):
        grant_role(world.actor("owner"), "me", {"location_id": world.here, "role": "viewer"})
    assert held(world, "owner") == {world.here: "admin"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"role": "god"}, "role"), ({"role": ["admin"]}, "role"), ({"location_id": "none"}, "location_id")],
)
def test_what_is_no_role(world: World, fields: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        grant_role(
            world.actor("owner"), world.users["viewer"].id, {"location_id": world.here, "role": "admin", **fields}
        )
    assert list(refused.value.errors) == [field]


def test_a_deleted_user_takes_no_role(world: World) -> None:
    viewer = world.users["viewer"].id
    delete_user(world.actor("owner"), viewer)
    with pytest.raises(Gone):
        grant_role(world.actor("owner"), viewer, {"location_id": world.here, "role": "admin"})


def test_who_gave_and_took_which_role_is_on_record(world: World) -> None:
    viewer, owner = world.users["viewer"].id, world.actor("owner")
    grant_role(owner, viewer, {"location_id": world.here, "role": "admin"})
    revoke_role(owner, viewer, world.here)
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(one.action, one.resource, one.record_id, one.location_id, one.changes) for one in entries] == [
        ("update", "role", viewer, world.here, {"role": ["viewer", "admin"]}),
        ("delete", "role", viewer, world.here, {"role": ["admin", None]}),
    ]
