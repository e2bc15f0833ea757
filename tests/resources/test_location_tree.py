"""The tree of locations is read once by who reads, and anew by who writes."""

from sqlalchemy import event, update

from extensions import db
from models import Contact, Location, writing
from resources.access import Actor, in_sight, is_in_sight, may, places_in_sight
from tests.world import World

READ = "v2.contacts.get"


def asked(world: World, actor: Actor) -> int:
    """How many statements it takes to ask all there is to ask."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):  # said aloud on SQLite
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        in_sight(db.session(), actor, Contact.location_id)
        places_in_sight(db.session(), actor, 10)
        is_in_sight(db.session(), actor, world.elsewhere)
        may(db.session(), actor, READ, world.elsewhere)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(said)


def test_a_page_reads_it_once(world: World) -> None:
    actor = world.actor("owner")
    assert asked(world, actor) == 3  # the roots, what lies below, what lies above
    assert asked(world, actor) == 0
    db.session.rollback()
    assert asked(world, actor) == 3


def test_who_writes_sees_it_as_it_is_now(world: World) -> None:
    actor = world.actor("owner")
    assert not may(db.session(), actor, READ, world.elsewhere)
    assert places_in_sight(db.session(), actor, 10) == [world.here]
    with writing(db.session()):
        assert not may(db.session(), actor, READ, world.elsewhere)
        db.session.execute(update(Location).where(Location.id == world.elsewhere).values(parent_id=world.here))
        assert may(db.session(), actor, READ, world.elsewhere)
        assert set(places_in_sight(db.session(), actor, 10) or ()) == {world.here, world.elsewhere}
    assert may(db.session(), actor, READ, world.elsewhere)


def test_few_places_are_named_and_all_of_them_are_not(world: World) -> None:
    assert places_in_sight(db.session(), world.actor("stranger"), 10) == [world.elsewhere]
    assert places_in_sight(db.session(), world.actor("stranger"), 0) is None
    assert places_in_sight(db.session(), world.actor("head"), 10) is None
    assert is_in_sight(db.session(), world.actor("head"), world.here)
    assert not is_in_sight(db.session(), world.actor("stranger"), world.here)
