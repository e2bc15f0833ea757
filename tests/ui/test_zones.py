"""The zone that times are shown in: chosen by a form, kept with the person."""

import pytest
from sqlalchemy import update

from extensions import db
from models import Contact, Location, writing
from tests.ui.console import Console, OpenScreen, console_of
from tests.world import World

SUMMER_TS = 1_784_000_000
"""2026-07-14, 03:33:20 UTC."""


@pytest.fixture
def page(world: World) -> str:
    """A page about a location in Oslo that shows the moment."""
    world.contact()
    with writing(db.session()):
        db.session.execute(update(Location).values(tz="Europe/Oslo"))
        db.session.execute(update(Contact).values(modified_ts=SUMMER_TS))
    return f"/locations/{world.here}/contacts"


def choose(console: Console, zone: str, page: str) -> None:
    answer = console.post("/time-zone", {"zone": zone, "next": page})
    assert (answer.status_code, answer.location) == (303, page)


@pytest.mark.parametrize(
    ("zone", "says"), [("utc", "03:33:20 UTC"), ("location", "05:33:20 CEST"), ("nonsense", "03:33:20 UTC")]
)
def test_the_choice_is_kept_with_the_person(world: World, page: str, zone: str, says: str) -> None:
    choose(console_of(world, "viewer"), zone, page)
    assert f'title="14 Jul 2026, {says}"' in console_of(world, "viewer").get(page).text
    assert 'title="14 Jul 2026, 03:33:20 UTC"' in console_of(world, "operator").get(page).text


@pytest.mark.parametrize(
    ("cookie", "says"),
    [("Asia/Tokyo", "12:33:20 JST"), ("../../etc/passwd", "03:33:20 UTC"), ("", "03:33:20 UTC")],
)
def test_the_browsers_zone_is_what_its_cookie_says(world: World, page: str, cookie: str, says: str) -> None:
    console = console_of(world, "viewer")
    console.client.set_cookie("zone", cookie)
    assert f'title="14 Jul 2026, {says}"' in console.get(page).text


def test_a_script_keeps_to_the_choice(world: World, page: str, open_screen: OpenScreen) -> None:
    choose(console_of(world, "operator"), "location", page)
    watched = open_screen(page)
    title = watched.page.locator('time[datetime^="2026-07-14T03:33:20"]').first.get_attribute("title")
    assert title is not None
    assert "05:33:20" in title
    assert watched.page.locator("[data-zone-name]").inner_text() == "Europe/Oslo"
