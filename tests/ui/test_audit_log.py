"""The audit log at the console: who changed this?"""

import csv
import io
import json

import pytest
from sqlalchemy import select

from extensions import db
from models import AuditEntry, SavedFilter
from resources.audit_search import entries_in_sight
from resources.contacts import update_contact
from resources.postback_configs import update_postback_config
from tests.ui.console import console_of, text_of
from tests.ui.tried import HOSTILE
from tests.world import World
from ui.audit_words import viewed

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_who_changed_this_url(world: World) -> None:
    config = world.config(basic_auth_username="harbour", basic_auth_password="hunter2-hunter2")
    world.config()
    url = "https://127.0.0.1/elsewhere"
    update_postback_config(world.actor("operator"), config.id, {"url": url, "basic_auth_password": "another-secret"})
    page = console_of(world, "owner").get("/audit-log", record_id=config.id)
    text = text_of(page)
    assert f"operator changed postback {config.id}" in text
    assert "https://127.0.0.1/receiver https://127.0.0.1/elsewhere" in text
    assert "2 entries" in text
    assert "Harbour shop" in text
    assert "hunter2" not in page.text
    assert "another-secret" not in page.text
    assert "••••••" in text
    assert f"/settings/postbacks/{config.id}" in page.text


def test_a_contacts_change_is_told_by_its_events(world: World) -> None:
    contact = world.contact(city="Oslo")
    update_contact(world.actor("operator"), contact.id, {"city": "Bergen"})
    page = console_of(world, "owner").get("/audit-log", record_id=contact.id, action="update")
    assert "city Oslo Bergen" in text_of(page)
    assert f'href="/locations/{world.here}/contacts/{contact.id}"' in page.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"who": "oper"}, 1),
        ({"who": "nobody"}, 0),
        ({"action": "create"}, 2),
        ({"resource": "contact"}, 1),
        ({"resource": "postbackconfig", "who": "owner"}, 1),
        ({"range": "hour"}, 2),
        ({"from": "2100-01-01T00:00"}, 0),
        ({"to": "2100-01-01T00:00", "from": "2020-01-01T00:00"}, 2),
        ({"request_id": "request-of-a-test"}, 2),
    ],
)
def test_the_filters_stand_in_the_address(world: World, query: dict[str, str], count: int) -> None:
    world.config()
    world.contact("operator")
    console = console_of(world, "owner")
    page = text_of(console.get("/audit-log", **query))
    assert {0: "No entries match", 1: "1 entry", 2: "2 entries"}[count] in page
    rows = list(csv.DictReader(io.StringIO(console.get("/audit-log.csv", **query).text)))
    assert len(rows) == count


def test_the_export_has_what_changed(world: World) -> None:
    config = world.config()
    update_postback_config(world.actor("operator"), config.id, {"number_of_attempts": 4})
    answer = console_of(world, "owner").get("/audit-log.csv", record_id=config.id, action="update")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert json.loads(row["changes"]) == {"number_of_attempts": [1, 4]}
    assert (row["username"], row["record_id"]) == ("operator", config.id)
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit-log.csv"


def test_an_admin_reads_their_own_places_alone(world: World) -> None:
    world.config()
    stranger = console_of(world, "stranger")
    assert "Nothing has been changed yet" in text_of(stranger.get("/audit-log"))
    assert list(csv.DictReader(io.StringIO(stranger.get("/audit-log.csv").text))) == []
    assert "Harbour shop" not in text_of(stranger.get("/audit-log", location=world.here))


def test_older_entries_are_a_piece_away(world: World) -> None:
    for number in range(45):
        world.contact(last_name=f"Jones {number}")
    console = console_of(world, "owner")
    page = console.get("/audit-log", resource="contact")
    assert "40 entries on this page" in text_of(page)
    older = page.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    rest = console.client.get(older)
    assert "5 entries on this page" in text_of(rest)
    assert "Back to newest" in text_of(rest)


def test_nothing_that_matches_says_so(world: World) -> None:
    world.contact()
    text = text_of(console_of(world, "owner").get("/audit-log", who="nobody"))
    assert "No entries match" in text
    assert "Clear filters" in text


def test_a_filter_is_saved_for_this_list(world: World) -> None:
    world.contact()
    console = console_of(world, "owner")
    page = console.get("/audit-log", who="owner").text
    assert 'name="screen" value="audit-log"' in page
    form = {"screen": "audit-log", "name": "Mine", "query": "who=owner", "next": "/audit-log?who=owner"}
    assert console.post("/saved-filters", form).location == "/audit-log?who=owner"
    assert db.session.scalars(select(SavedFilter.screen)).all() == ["audit-log"]
    assert 'href="/audit-log?who=owner"' in console.get("/audit-log").text


def test_what_was_stored_stays_text(world: World) -> None:
    contact = world.contact(company_name=HOSTILE[:64])
    page = console_of(world, "owner").get("/audit-log", record_id=contact.id, who=HOSTILE[:3])
    assert "<script>alert" not in page.text
    page = console_of(world, "owner").get("/audit-log", record_id=contact.id)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_each_entry_leads_to_a_record_that_has_a_screen(world: World) -> None:
    config, user = world.config(), world.users["viewer"]
    console = console_of(world, "owner")
    console.post(f"/users/{user.id}/roles", {"location_id": world.here, "role": "operator"})
    console.post(f"/users/{user.id}/keys")
    db.session.rollback()
    entries = db.session.scalars(entries_in_sight(world.actor("owner")).order_by(AuditEntry.id)).all()
    with world.app.test_request_context():
        urls = {view.entry.resource: view.record_url for view in viewed(entries)}
    assert urls["role"] == f"/users/{user.id}"
    assert urls["userapikey"] is None
    assert (urls["postbackconfig"] or "").startswith(f"/locations/{world.here}/settings/postbacks/{config.id}")
    for url in filter(None, urls.values()):
        assert console.client.get(url).status_code == 200, url
