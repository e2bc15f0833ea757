from extensions import db
from models import Event, writing
from resources.contacts import update_contact
from tests.ui.console import console_of, text_of
from tests.ui.tried import HOSTILE, delivery_of
from tests.world import World
from ui.delivery_changes import Change, compared


def test_fields_that_differ_are_told_in_order_with_bookkeeping_last() -> None:
    before = {"id": "1", "modified_ts": 1, "name": "A", "flag": True, "gone": "x", "same": None}
    now = {"id": "1", "modified_ts": 2, "name": "B", "flag": 1, "same": None, "added": {"a": [1]}}
    assert compared(before, now) == [
        Change("name", "A", "B"),
        Change("flag", "true", "1"),
        Change("added", None, '{"a": [1]}'),
        Change("gone", "x", None),
        Change("modified_ts", "1", "2"),
    ]


def test_null_is_empty_and_what_cannot_be_seen_is_written_out() -> None:
    assert compared({"a": None}, {"a": "\u202eevil"}) == [Change("a", "", "\\u202eevil")]


def test_an_update_shows_what_it_changed(world: World) -> None:
    world.config()
    contact = world.contact(last_name="Jones", city="Oslo")
    created = delivery_of(world, contact)
    update_contact(world.actor("owner"), contact.id, {"last_name": HOSTILE[:60]})
    updated = delivery_of(world, contact)
    console = console_of(world, "viewer")
    page = console.get(f"/deliveries/{updated.id}")
    text = text_of(page)
    shown = text[text.index("What this update changed") : text.index("Attempts")]
    assert "last_name Jones" in shown
    assert "city" not in shown
    assert "<script>alert" not in page.text
    assert "What this update changed" not in console.get(f"/deliveries/{created.id}").text


def test_the_first_event_on_record_says_that_there_is_nothing_to_compare_with(world: World) -> None:
    world.config()
    contact = world.contact()
    made = delivery_of(world, contact)
    with writing(db.session()):
        db.session.get_one(Event, made.event_id).type = "UPDATE"
    assert "nothing to compare with" in console_of(world, "viewer").get(f"/deliveries/{made.id}").text
