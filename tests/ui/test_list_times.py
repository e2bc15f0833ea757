"""From and to on the lists: read in the reader's zone, said beside the field, the same in the file."""

import csv
import io
import re

import pytest
from sqlalchemy import update

from extensions import db
from models import AuditEntry, Contact, Location, first_id_at, writing
from tests.ui.console import Console, console_of, text_of
from tests.ui.tried import delivery_of
from tests.world import World
from ui.moments import moment_ms

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

AUTUMN = ["2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T02:30Z"]
"""02:30 in Oslo, the same an hour later, and 03:30."""


@pytest.fixture
def console(world: World) -> Console:
    """Someone who reads times in Oslo's zone, while three contacts were made in the hours when its clocks changed."""
    world.config()
    for text in AUTUMN:
        contact, ms = world.contact(last_name=text), moment_ms(text)
        assert ms is not None
        delivery_of(world, contact, state="delivered", id=first_id_at(ms), created_ms=ms)
        about = {"record_id": contact.id, "location_id": world.here, "resource": "contact", "action": "update"}
        with writing(db.session()):
            db.session.execute(update(Contact).where(Contact.id == contact.id).values(created_ts=ms // 1000))
            made = {"id": first_id_at(ms), "created_ts": ms // 1000}
            db.session.add(AuditEntry(**about, **made, username="owner", credential="session"))
    with writing(db.session()):
        db.session.execute(update(Location).values(tz="Europe/Oslo"))
    console = console_of(world, "owner")
    console.client.set_cookie("zone", "Europe/Oslo")
    return console


def shown(page: str) -> list[str]:
    """Which of the three stand there."""
    return [text for text in AUTUMN if f">{text}<" in re.sub(r"\s*(<|>)\s*", r"\1", page)]


FILTERS = [
    ({"from": "2026-10-25T02:00"}, AUTUMN),
    ({"from": "2026-10-25T03:00"}, AUTUMN[2:]),
    ({"to": "2026-10-25T02:30"}, AUTUMN[:1]),
    ({"from": "2026-10-25T02:30", "to": "2026-10-25T02:45"}, AUTUMN[:2]),
    ({"from": "2026-10-25T02:30Z"}, AUTUMN[2:]),
    ({"from": "2026-10-25T02:30", "zone": "UTC"}, AUTUMN[2:]),
    ({"from": "2026-10-24T19:30", "zone": "America/New_York", "range": "custom"}, AUTUMN),
    ({"from": "2026-10-25T03:00", "range": ""}, AUTUMN),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_a_list_and_its_file_read_them_in_the_readers_zone(
    world: World, console: Console, query: dict[str, str], found: list[str]
) -> None:
    contacts = f"/locations/{world.here}/contacts"
    assert shown(console.get(contacts, **query).text) == found
    rows = csv.DictReader(io.StringIO(console.get(f"{contacts}/export.csv", **query).text))
    assert sorted(row["last_name"] for row in rows) == found


def test_every_list_with_times_reads_them_alike(world: World, console: Console) -> None:
    query = {"from": "2026-10-25T02:30", "to": "2026-10-25T02:45"}
    for path in ("/deliveries", f"/locations/{world.here}/deliveries"):
        page = console.get(path, **query).text
        assert page.count('class="row-link"') == 2, path
        file = path.replace("/deliveries", "/deliveries.csv")
        assert len(console.get(file, **query).text.splitlines()) == 3, path
    assert "2 entries" in text_of(console.get("/audit-log", resource="contact", **query))
    assert len(console.get("/audit-log.csv", resource="contact", **query).text.splitlines()) == 3


@pytest.mark.parametrize("path", ["/deliveries", "/audit-log", "contacts", "transactions", "batches", "account-vaults"])
def test_the_zone_is_said_beside_the_field_and_the_address_holds_it(world: World, console: Console, path: str) -> None:
    path = path if path.startswith("/") else f"/locations/{world.here}/{path}"
    page = " ".join(console.get(path, **{"from": "2026-10-25T03:15", "zone": "Asia/Tokyo"}).text.split())
    assert 'name="from" value="2026-10-24T20:15" aria-describedby="filter-zone"' in page, "shown in the reader's zone"
    assert '<span class="faint" id="filter-zone">Europe/Oslo</span>' in page
    assert '<input type="hidden" name="zone" value="Europe/Oslo">' in page
    assert "from=2026-10-24T18%3A15Z" in page, "links mean the same to everybody"
    console.client.set_cookie("zone", "Asia/Tokyo")
    page = " ".join(console.get(path, **{"from": "2026-10-24T18:15Z"}).text.split())
    assert 'name="from" value="2026-10-25T03:15"' in page
    assert "Asia/Tokyo</span>" in page


def test_a_person_who_reads_in_the_locations_zone_filters_in_it(world: World, console: Console) -> None:
    console.client.delete_cookie("zone")
    console.post("/time-zone", {"zone": "location", "next": "/"})
    page = console.get(f"/locations/{world.here}/contacts", **{"from": "2026-10-25T03:00"})
    assert shown(page.text) == AUTUMN[2:]
    assert 'id="filter-zone">Europe/Oslo<' in page.text
    assert 'id="filter-zone">UTC<' in console.get("/deliveries").text, "the list over all has no place"


def test_an_empty_stretch_of_time_is_told(world: World, console: Console) -> None:
    page = text_of(console.get("/deliveries", **{"from": "2026-10-25T04:00", "to": "2026-10-25T03:00"}))
    assert "“to” is not after “from”" in page
    assert "No deliveries match" in page


def test_a_replay_is_asked_for_in_the_same_zone(world: World, console: Console) -> None:
    page = console.get(f"/locations/{world.here}/deliveries", **{"from": "2026-10-25T03:00"}).text
    link = re.search(r'id="replay-all"\s+href="([^"]+)"', page)
    assert link
    form = " ".join(console.client.get(link[1].replace("&amp;", "&")).text.split())
    assert 'name="begin" value="2026-10-25T03:00"' in form
    assert "Europe/Oslo" in form
    query = {"status": "delivered", "begin": "2026-10-25T02:30", "end": "2026-10-25T02:45", "zone": "Europe/Oslo"}
    counted = console.get(f"/locations/{world.here}/replays/count", **query)
    assert "2 deliveries" in text_of(counted)
    assert "2026-10-25 02:30 Europe/Oslo" in text_of(counted)
    assert 'name="begin" value="2026-10-25T00:30Z"' in counted.text
