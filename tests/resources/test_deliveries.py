import pytest
from sqlalchemy import select

from extensions import db
from models import Attempt, Delivery, now_ms, writing
from resources.deliveries import attempts_of, deliveries_in_sight, get_delivery, payload_of
from resources.delivery_search import Wanted, find_skipped
from schemas.refusals import NotFound
from tests.world import World


def the_delivery() -> Delivery:
    return db.session.scalars(select(Delivery)).one()


def test_deliveries_come_with_event_and_config(world: World) -> None:
    config = world.config()
    world.contact()
    [delivery] = db.session.scalars(deliveries_in_sight(world.actor("viewer")))
    assert (delivery.event.type, delivery.config.id) == ("CREATE", config.id)
    assert get_delivery(world.actor("program"), delivery.id) is delivery


def test_a_stranger_sees_none(world: World) -> None:
    world.config()
    world.contact()
    delivery_id = the_delivery().id
    assert db.session.scalars(deliveries_in_sight(world.actor("stranger"))).all() == []
    for wanted in (delivery_id, "none", "a\x00b"):
        with pytest.raises(NotFound):
            get_delivery(world.actor("stranger"), wanted)


def test_an_event_is_listed_as_skipped_until_a_delivery_is_made_of_it(world: World) -> None:
    world.contact()
    config, viewer = world.config(), world.actor("viewer")
    [event] = find_skipped(viewer, Wanted()).rows
    assert event.skipped_reason == "no_config"
    with writing(db.session()):
        db.session.add(Delivery(event_id=event.id, postback_config_id=config.id, location_id=world.here))
    assert find_skipped(viewer, Wanted()).rows == []


def test_attempts_are_listed_oldest_first(world: World) -> None:
    world.config()
    world.contact()
    delivery_id = the_delivery().id
    with writing(db.session()):
        for sequence in (3, 1, 2):
            attempt = Attempt(delivery_id=delivery_id, sequence=sequence, number=sequence, url="u", started_ms=now_ms())
            db.session.add(attempt)
    assert [attempt.sequence for attempt in attempts_of(delivery_id)] == [1, 2, 3]


def test_the_payload_is_the_events_own_unless_something_was_embedded(world: World) -> None:
    world.config()
    world.config(expands="location")
    world.contact()
    rows = db.session.scalars(deliveries_in_sight(world.actor("owner")).order_by(Delivery.id)).all()
    plain, expanded = sorted(rows, key=lambda delivery: len(payload_of(delivery)))
    assert payload_of(plain) == plain.event.data
    assert '"location":{"id":' in payload_of(expanded)
