"""What all live parts share: a fault leaves the page as it was and says so, Back works, the focus stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from extensions import db
from models import now_ms, writing
from resources.users import set_password
from tests.browser import axe
from tests.ui.console import OpenScreen
from tests.ui.tried import delivery_of
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

STALE = "#stale"
POLL_NOW = "htmx.trigger('#results', 'every')"


@contextmanager
def database_without(table: str) -> Iterator[None]:
    """What the server needs is not there for a while."""
    _rename(table, f"{table}_away")
    yield
    _rename(f"{table}_away", table)


def _rename(old: str, new: str) -> None:
    with writing(db.session()):
        db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_a_server_error_leaves_the_page_as_it_was_and_says_so(world: World, open_screen: OpenScreen) -> None:
    made = delivery_of(world, state="waiting")
    watched = open_screen(f"/deliveries/{made.id}")
    watched.expect("503")
    page = watched.page
    before = page.locator(".standing-line").inner_text()
    with database_without("attempts"):
        expect(page.locator(STALE)).to_have_text("The server answered 503: what stands here may be old.")
        assert page.locator(".standing-line").inner_text() == before
        assert axe(page) == []
    expect(page.locator(STALE)).to_be_empty()
    delivery_of(world, state="cancelled", finished_ms=now_ms())


def test_a_server_that_cannot_be_reached_is_told_apart(world: World, open_screen: OpenScreen) -> None:
    watched = open_screen("/locations")
    watched.expect("ERR_INTERNET_DISCONNECTED")
    watched.expect("Failed to fetch")
    page = watched.page
    page.context.set_offline(True)
    page.get_by_label("Search locations").fill("nobody")
    expect(page.locator(STALE)).to_contain_text("The server cannot be reached: the list could not be loaded.")
    expect(page.locator(".row-link")).to_have_count(1)
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="No locations match")).to_be_visible()
    expect(page.get_by_label("Search locations")).to_be_focused()
    expect(page.locator(STALE)).to_be_empty()


def test_the_error_page_of_something_in_between_takes_no_part_of_the_page(
    world: World, open_screen: OpenScreen
) -> None:
    watched = open_screen("/locations")
    watched.expect("502")
    page = watched.page
    page.route("**/locations?*", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    page.get_by_label("Search locations").fill("nobody")
    expect(page.locator(STALE)).to_contain_text("The server answered 502")
    expect(page.locator(".row-link")).to_have_count(1)
    assert shown(page) == {}


def test_a_poll_that_works_does_not_hide_that_a_filter_did_not(world: World, open_screen: OpenScreen) -> None:
    delivery_of(world, state="waiting")
    watched = open_screen("/deliveries")
    watched.expect("502")
    page = watched.page
    page.route("**/deliveries?*", lambda route: route.fulfill(status=502))
    page.get_by_label("Status", exact=True).select_option("failed")
    expect(page.locator(STALE)).to_contain_text("the list could not be loaded")
    page.unroute_all()
    with page.expect_response(lambda answer: "/deliveries/live" in answer.url):
        page.evaluate(POLL_NOW)
    expect(page.locator(STALE)).to_contain_text("the list could not be loaded")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="No deliveries match")).to_be_visible()
    expect(page.locator(STALE)).to_be_empty()


def test_a_filter_after_the_sessions_end_leads_through_sign_in_back_to_the_list(
    world: World, open_screen: OpenScreen
) -> None:
    watched = open_screen("/locations?q=harb")
    watched.expect("status of 401")
    page = watched.page
    page.context.clear_cookies()
    page.get_by_label("Search locations").fill("nobody")
    expect(page.get_by_role("heading", name="Sign in to Postbacks")).to_be_visible()
    assert shown(page) == {"next": ["/locations?q=harb"]}


def test_an_ended_session_leads_through_sign_in_back_to_the_page(world: World, open_screen: OpenScreen) -> None:
    made = delivery_of(world, state="waiting")
    set_password(world.users["viewer"].id, "correct horse")
    watched = open_screen(f"/deliveries/{made.id}")
    watched.expect("status of 401")
    page = watched.page
    title = page.get_by_role("heading", level=1).inner_text()
    page.context.clear_cookies()
    page.get_by_label("Username").fill("viewer")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert urlsplit(page.url).path == f"/deliveries/{made.id}"


def shown(page: Page) -> dict[str, list[str]]:
    """What the address filters for; in which zone the form was filled in says nothing by itself."""
    return {name: given for name, given in parse_qs(urlsplit(page.url).query).items() if name != "zone"}


def test_back_leads_to_what_was_seen_before(world: World, open_screen: OpenScreen) -> None:
    delivery_of(world, state="delivered", attempts_made=1, finished_ms=now_ms())
    page = open_screen("/deliveries").page
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_label("Status", exact=True).select_option("failed")
    expect(page.get_by_role("heading", name="No deliveries match")).to_be_visible()
    assert shown(page)["status"] == ["failed"]
    page.go_back()
    expect(rows).to_have_count(1)
    expect(page.get_by_label("Status", exact=True)).to_have_value("")
    assert shown(page) == {}
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.go_forward()
    expect(page.get_by_role("heading", name="No deliveries match")).to_be_visible()
    expect(page.get_by_label("Status", exact=True)).to_have_value("failed")


def test_the_focus_stays_where_it_was_when_its_surroundings_are_swapped(world: World, open_screen: OpenScreen) -> None:
    world.config(number_of_attempts=3)
    contact = world.contact()
    made = delivery_of(world, contact, state="waiting", next_attempt_ms=now_ms() + 60_000)
    page = open_screen(f"/deliveries/{made.id}").page
    page.locator("#do-cancel").focus()
    with page.expect_response(lambda answer: answer.url.endswith("/live") and answer.status == 200):
        delivery_of(world, contact, state="waiting", attempts_made=1, next_attempt_ms=now_ms() + 90_000)
    expect(page.locator(".standing-line")).to_contain_text("Retrying")
    expect(page.locator("#do-cancel")).to_be_focused()
