"""Several writers at the same contact at once, each in a context of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from extensions import db
from models import Contact, Event
from resources.contacts import create_or_update_contact, delete_contact, update_contact
from schemas.refusals import Gone, Invalid, NotFound
from tests.world import World

WRITERS = 6


def at_once(world: World, act: Callable[[int], str]) -> Counter[str]:
    """How the writers fared who all began at the same moment."""
    barrier = Barrier(WRITERS)
    db.session.rollback()

    def run(number: int) -> str:
        with world.app.app_context():
            barrier.wait()
            try:
                return act(number)
            except (Invalid, Gone, NotFound) as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(WRITERS) as pool:
        return Counter(pool.map(run, range(WRITERS)))


def types() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Event.type)))


def test_one_of_many_gets_the_contact_api_id(world: World) -> None:
    actor, fields = world.actor("owner"), {"location_id": world.here, "last_name": "Jones", "contact_api_id": "A1"}

    def create(_number: int) -> str:
        create_or_update_contact(actor, fields)
        return "created"

    assert at_once(world, create) == {"created": 1, "Invalid": WRITERS - 1}
    assert types() == {"CREATE": 1}


def test_update_if_exists_lets_all_of_them_through(world: World) -> None:
    actor = world.actor("owner")
    fields = {"location_id": world.here, "last_name": "Jones", "contact_api_id": "A1", "update_if_exists": 1}

    def save(_number: int) -> str:
        return "created" if create_or_update_contact(actor, fields)[1] else "updated"

    assert at_once(world, save) == {"created": 1, "updated": WRITERS - 1}
    assert types() == {"CREATE": 1, "UPDATE": WRITERS - 1}


def test_changes_of_different_fields_do_not_undo_each_other(world: World) -> None:
    actor, contact = world.actor("owner"), world.contact()
    names = ["first_name", "company_name", "city", "address", "contact_c1", "contact_c2"]

    def change(number: int) -> str:
        update_contact(actor, contact.id, {names[number]: "x"})
        return "changed"

    assert at_once(world, change) == {"changed": WRITERS}
    stored = db.session.get_one(Contact, contact.id, populate_existing=True)
    assert [getattr(stored, name) for name in names] == ["x"] * WRITERS
    assert types() == {"CREATE": 1, "UPDATE": WRITERS}


def test_a_contact_is_deleted_once(world: World) -> None:
    actor, contact = world.actor("owner"), world.contact()

    def delete(_number: int) -> str:
        delete_contact(actor, contact.id)
        return "deleted"

    assert at_once(world, delete) == {"deleted": 1, "NotFound": WRITERS - 1}
    assert types() == {"CREATE": 1, "DELETE": 1}
