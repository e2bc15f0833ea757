"""Several changes of the tree at once: it stays a tree, names stay unique, and nothing lands on what was deleted."""

from sqlalchemy import func, select

from extensions import db
from models import Contact, Location
from resources.contacts import create_contact
from resources.location_changes import create_location, delete_location, update_location
from schemas.refusals import Conflict
from tests.resources.test_contact_races import WRITERS, at_once
from tests.world import World


def below(world: World, parent_id: str, **fields: object) -> str:
    made, _ = create_location(world.actor("head"), {"parent_id": parent_id, "name": "Kiosk", **fields})
    return made.id


def test_one_of_many_gets_the_location_api_id(world: World) -> None:
    actor, fields = world.actor("head"), {"parent_id": world.here, "name": "Kiosk", "location_api_id": "K1"}

    def create(_number: int) -> str:
        create_location(actor, fields)
        return "created"

    assert at_once(world, create) == {"created": 1, "Invalid": WRITERS - 1}


def test_two_moves_at_once_make_no_circle(world: World) -> None:
    ends, actor = [below(world, world.here), below(world, world.here)], world.actor("head")

    def move(number: int) -> str:
        one, other = ends[number % 2], ends[(number + 1) % 2]
        update_location(actor, one, {"parent_id": other})
        return "moved"

    assert at_once(world, move)["Invalid"] > 0
    db.session.rollback()
    path = db.session.connection().execute(Location.paths(), {"leaves": ends}).all()
    assert {(leaf, world.root) for leaf in ends} <= {tuple(row) for row in path}


def test_nothing_stands_at_a_location_that_was_deleted_meanwhile(world: World) -> None:
    kiosk, actor = below(world, world.here), world.actor("head")

    def act(number: int) -> str:
        if number % 2:
            create_contact(actor, {"location_id": kiosk, "last_name": "Jones"})
            return "created"
        try:
            delete_location(actor, kiosk)
        except Conflict:
            return "kept"
        return "deleted"

    fared = at_once(world, act)
    db.session.rollback()
    standing = db.session.scalar(select(func.count()).select_from(Contact).where(Contact.location_id == kiosk))
    assert fared["created"] == standing
    assert (fared["created"] > 0) is (fared["deleted"] == 0), fared
