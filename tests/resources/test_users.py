import pytest
from sqlalchemy import select

from extensions import db
from models import Role, User
from resources.passwords import verify_password
from resources.users import create_user, grant_role, set_password
from schemas.refusals import Invalid, NotFound
from tests.world import World


def test_a_user_with_a_password(world: World) -> None:
    user = create_user("Zoë", "correct horse", first_name="Zoë", primary_location_id=world.here)
    assert verify_password(user.password_hash, "correct horse")
    set_password(user.id, "battery staple")
    db.session.rollback()
    stored = db.session.get_one(User, user.id)
    assert verify_password(stored.password_hash, "battery staple")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a" * 65}, "username"),
        ({"username": "a\nb"}, "username"),
        ({"username": "a", "password": "short"}, "password"),
        ({"username": "a", "password": "x" * 2000}, "password"),
        ({"username": "a", "email": "nowhere"}, "email"),
        ({"username": "a", "primary_location_id": "none"}, "primary_location_id"),
        ({"username": "a", "timezone": "../etc"}, "timezone"),
        ({"username": "a", "is_god": "1"}, "is_god"),
    ],
)
def test_what_makes_no_user(world: World, fields: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_user(**fields)
    assert list(refused.value.errors) == [field]


def test_a_username_is_taken_once(world: World) -> None:
    create_user("zoe")
    with pytest.raises(Invalid):
        create_user("zoe")


def test_a_user_holds_one_role_at_a_location(world: World) -> None:
    user = create_user("zoe")
    grant_role(user.id, world.here, "viewer")
    grant_role(user.id, world.here, "admin")
    assert [role.name for role in db.session.scalars(select(Role).where(Role.user_id == user.id))] == ["admin"]
    with pytest.raises(Invalid):
        grant_role(user.id, world.here, "god")
    with pytest.raises(NotFound):
        grant_role(user.id, "none", "viewer")
    with pytest.raises(NotFound):
        set_password("nobody", "correct horse")
