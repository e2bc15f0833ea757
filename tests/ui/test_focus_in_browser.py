"""The focus when a part renews itself under it, and what a page can still do after Back has swapped all of it."""

import pytest
from playwright.sync_api import Route, expect

from extensions import db
from models import PostbackReplay, now_ms, writing
from resources.postback_replays import create_postback_replay
from tests.ui.console import OpenScreen
from tests.ui.tried import delivery_of
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_a_button_that_can_no_longer_be_pressed_keeps_the_focus_and_says_why(
    world: World, open_screen: OpenScreen
) -> None:
    world.config(number_of_attempts=3)
    contact = world.contact()
    made = delivery_of(world, contact, state="waiting", next_attempt_ms=now_ms() + 60_000)
    page = open_screen(f"/deliveries/{made.id}").page
    page.get_by_role("button", name="Send now").focus()
    delivery_of(world, contact, state="delivered", attempts_made=1, finished_ms=now_ms(), next_attempt_ms=None)
    expect(page.locator(".standing-line")).to_contain_text("Delivered")
    expect(page.get_by_role("button", name="Send now", disabled=True)).to_be_focused()


def test_where_a_button_goes_the_focus_moves_to_what_came_of_it(world: World, open_screen: OpenScreen) -> None:
    delivery_of(world, state="failed", attempts_made=1, finished_ms=now_ms() - 5000, last_status=500)
    wanted = {"location_id": world.here, "status": "failed", "rate": 1}
    replay = create_postback_replay(world.actor("operator"), wanted)[0]
    page = open_screen(f"/replays/{replay.id}").page
    page.get_by_role("button", name="Cancel replay").focus()
    with writing(db.session()):
        db.session.query(PostbackReplay).update({"state": "finished", "finished_ms": now_ms()})
    expect(page.locator(".replay-standing")).to_contain_text("Finished")
    expect(page.locator(".replay-standing")).to_be_focused()


def test_a_part_that_renews_itself_for_the_last_time_takes_no_focus(world: World, open_screen: OpenScreen) -> None:
    world.config()
    contact = world.contact()
    made = delivery_of(world, contact, state="waiting", next_attempt_ms=now_ms() + 60_000)
    page = open_screen(f"/deliveries/{made.id}").page
    elsewhere = page.get_by_role("link", name="All about this record")
    elsewhere.focus()
    delivery_of(world, contact, state="delivered", attempts_made=1, finished_ms=now_ms(), next_attempt_ms=None)
    expect(page.locator(".standing-line")).to_contain_text("Delivered")
    expect(elsewhere).to_be_focused()


def test_where_a_row_goes_the_focus_moves_to_the_next(world: World, open_screen: OpenScreen) -> None:
    world.config(number_of_attempts=3)
    contacts = [world.contact(last_name=name) for name in ("Oldest", "Middle", "Newest")]
    page = open_screen("/deliveries?status=queued").page
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(3)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/deliveries/live?*", hold, times=1)
    with page.expect_request("**/deliveries/live?*"):
        page.evaluate("htmx.trigger('#results', 'every')")
    rows.nth(1).get_by_role("link").focus()
    delivery_of(world, contacts[1], state="cancelled", finished_ms=now_ms())
    for route in held:
        route.continue_()
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Oldest")
    expect(rows.nth(1).get_by_role("link")).to_be_focused()


def test_after_back_the_page_still_speaks_and_answers_keys(world: World, open_screen: OpenScreen) -> None:
    delivery_of(world, state="delivered", attempts_made=1, finished_ms=now_ms())
    page = open_screen("/deliveries").page
    page.get_by_label("Status", exact=True).select_option("failed")
    expect(page.get_by_role("heading", name="No deliveries match")).to_be_visible()
    page.go_back()
    expect(page.locator("#results tbody tr")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_label("Status", exact=True).select_option("cancelled")
    expect(page.locator("#announcer")).to_have_text("No deliveries match")
