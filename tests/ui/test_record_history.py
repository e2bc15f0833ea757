"""A record's page: its history, whom each change told, bounded and a piece at a time."""

import re

from sqlalchemy import event

from extensions import db
from models import Delivery, writing
from resources.contacts import update_contact
from tests.ui.console import Console, console_of, text_of
from tests.world import World


def statements_of(console: Console, path: str) -> int:
    """How many statements the page takes."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert console.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


def test_each_change_says_who_what_and_whom_it_told(world: World) -> None:
    contact = world.contact(first_name="Ann")
    for number in range(8):
        world.config(url=f"https://127.0.0.1/{number}")
    update_contact(world.actor("operator"), contact.id, {"first_name": "", "city": "Portland"})
    with writing(db.session()):
        newest = db.session.scalars(db.select(Delivery).order_by(Delivery.id)).first()
        assert newest
        newest.state = "delivered"
    page = console_of(world, "owner").get(f"/locations/{world.here}/contacts/{contact.id}")
    text = text_of(page)
    changed, created = text.split("Created by you")
    for part in ("Changed by operator", "first name Ann → became empty", "city empty → became Portland", "and 2 more"):
        assert part in changed
    assert (changed.count("Delivered"), changed.count("Queued")) == (1, 5)
    assert f'href="/deliveries/{newest.id}"' in page.text
    assert "Skipped No postback config asked for it." in created


def test_a_long_history_goes_on_a_piece_at_a_time_and_costs_no_more(world: World) -> None:
    world.config()
    contact, console = world.contact(), console_of(world, "viewer")
    path = f"/locations/{world.here}/contacts/{contact.id}"
    update_contact(world.actor("owner"), contact.id, {"city": "City 0"})
    few = statements_of(console, path)
    for number in range(1, 12):
        update_contact(world.actor("owner"), contact.id, {"city": f"City {number}"})
    assert statements_of(console, path) == few
    first = console.get(path)
    assert text_of(first).count("Changed by owner") == 10
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older
    rest = text_of(console.client.get(older[1]))
    assert rest.count("Changed by owner") == 2
    assert "Created by owner" in rest
    assert "Back to newest" in rest


def test_another_locations_record_of_the_same_id_is_another(world: World) -> None:
    contact = world.contact()
    console = console_of(world, "head")
    assert console.get(f"/locations/{world.elsewhere}/contacts/{contact.id}").status_code == 404
    assert console_of(world, "stranger").get(f"/locations/{world.here}/contacts/{contact.id}").status_code == 404
