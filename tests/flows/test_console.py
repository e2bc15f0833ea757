"""The documented path at the console, in a real browser, against real processes: from sign-in to the attempt log."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage
from tests.flows.flow import Flow
from tests.flows.person import Person, person_at


@pytest.fixture
def person(flow: Flow, open_page: OpenPage, store_url: str) -> Person:
    return person_at(flow, open_page(flow.web()), closely=store_url.startswith("sqlite"))


@pytest.fixture
def person_without_scripts(flow: Flow, open_page: OpenPage) -> Person:
    return person_at(flow, open_page(flow.web(), java_script=False), scripts=False)


def go_to_the_postback_configs(person: Person) -> None:
    """Locations → search → a location → Settings → Postback Config."""
    person.look("Locations")
    rows = person.page.get_by_role("row")
    expect(rows).to_have_count(4)
    person.page.get_by_role("searchbox").fill("harb")
    if not person.scripts:
        person.press("Search")
    expect(rows).to_have_count(2)
    expect(person.page).to_have_url(re.compile("q=harb"))
    person.follow("Harbour shop")
    person.look("Harbour shop")
    person.follow("Settings")
    expect(person.page.get_by_role("heading", name="Postback Config", exact=True)).to_be_visible()
    person.look("Harbour shop")


def add_a_postback(person: Person, url: str) -> None:
    """The form, first with an address that may not be called, then with this one."""
    add = person.page.get_by_role("link", name="Add Postback", exact=True).first
    box, size = add.bounding_box(), person.page.viewport_size
    assert box is not None
    assert size is not None
    assert box["x"] > size["width"] / 2, "Add Postback belongs in the upper right"
    assert box["y"] < size["height"] / 3, "Add Postback belongs in the upper right"
    add.click()
    person.look("Add Postback")
    person.fill("URL", "ftp://127.0.0.1/receiver")
    person.fill("Number of attempts", "3")
    person.fill("Attempt interval, in seconds", "2")
    person.watched.expect("status of 422")
    person.press("Add Postback")
    summary = person.page.locator(".error-summary")
    expect(summary).to_contain_text("must begin with https://")
    person.look("Add Postback")
    expect(person.page.get_by_label("Number of attempts", exact=True)).to_have_value("3")
    person.fill("URL", url)
    person.press("Add Postback")


def add_a_contact(person: Person) -> None:
    person.follow("Contacts")
    person.look("Harbour shop")
    person.follow("Add contact")
    person.look("Add contact")
    person.fill("First name", "Zoë")
    person.fill("Last name", "Jones & Sons <b>")
    person.press("Add contact")
    person.look("Zoë Jones & Sons <b>")
    expect(person.page.get_by_role("status").filter(has_text="1 postback queued")).to_be_visible()


def test_the_documented_path(flow: Flow, person: Person) -> None:
    url = flow.receiver.plan("/receiver", 500, 200)
    flow.processes.worker()
    person.sign_in()
    go_to_the_postback_configs(person)
    add_a_postback(person, url)
    expect(person.page.get_by_text("whsec_").first).to_be_visible()
    person.look(re.compile("."))
    person.page.goto(f"/locations/{flow.world.here}/settings/postbacks")
    expect(person.page.get_by_role("row").filter(has_text="/receiver")).to_have_count(1)
    person.look("Harbour shop")
    add_a_contact(person)

    flow.receiver.wait_for(1, "/receiver")
    person.follow("view")
    person.look("Harbour shop")
    person.page.get_by_role("table").get_by_role("link").first.click()
    attempts = person.page.get_by_role("navigation", name="Attempts").get_by_role("listitem")
    expect(person.page.locator(".standing-line")).to_contain_text("Delivered")
    expect(attempts).to_have_count(2)
    person.look(re.compile("Zoë Jones & Sons <b>"))
    attempts.last.get_by_role("link").click()
    expect(person.page.get_by_role("heading", name="Attempt 1", exact=True)).to_be_visible()
    expect(person.page.get_by_role("article")).to_contain_text("internal server error")
    person.look(re.compile("Jones"))
    [first, second] = flow.receiver.wait_for(2, "/receiver")
    assert (first.number, second.number, second.data["last_name"]) == (1, 2, "Jones & Sons <b>")


def test_a_delivery_is_seen_live_from_retrying_to_delivered(flow: Flow, person: Person) -> None:
    flow.processes.worker()
    person.sign_in()
    person.look("Locations")
    flow.config(500, 200, number_of_attempts=2, attempt_interval=3)
    flow.contact()
    flow.receiver.wait_for(1)  # before that it waits as well, for its first attempt
    flow.wait_until_status("waiting")
    person.page.goto(f"/deliveries/{flow.delivery()['id']}")
    standing = person.page.locator(".standing-line")
    expect(standing).to_contain_text("Retrying")
    person.page.evaluate("window.sameDocument = true")
    expect(standing).to_contain_text("Delivered")
    assert person.page.evaluate("window.sameDocument"), "the page was loaded again"
    person.look(re.compile("Jones"))


def test_the_first_postback_is_seen_in_the_inbox(flow: Flow, person: Person) -> None:
    flow.processes.worker()
    person.sign_in()
    person.look("Locations")
    person.page.goto(f"/locations/{flow.world.here}/settings/postbacks")
    person.follow("Inbox")
    person.look(re.compile("Inbox"))
    url = person.page.url
    assert "/inbox/" in url
    flow.config(url=url)
    contact = flow.contact(last_name="Seen")
    expect(person.page.get_by_role("article")).to_contain_text(contact["id"])
    expect(person.page.get_by_role("article")).to_contain_text("Seen")
    person.look(re.compile("Inbox"))
    assert flow.settled()["status"] == "delivered"


def test_the_documented_path_without_java_script(flow: Flow, person_without_scripts: Person) -> None:
    person = person_without_scripts
    url = flow.receiver.plan("/receiver", 200)
    flow.processes.worker()
    person.sign_in()
    go_to_the_postback_configs(person)
    add_a_postback(person, url)
    expect(person.page.get_by_text("whsec_").first).to_be_visible()
    person.page.goto(f"/locations/{flow.world.here}/settings/postbacks")
    add_a_contact(person)
    [request] = flow.receiver.wait_for(1, "/receiver")
    assert request.data["first_name"] == "Zoë"
    flow.settled()
    person.follow("view")
    person.page.get_by_role("table").get_by_role("link").first.click()
    expect(person.page.locator(".standing-line")).to_contain_text("Delivered")
    expect(person.page.get_by_role("heading", name="Attempt 1", exact=True)).to_be_visible()
