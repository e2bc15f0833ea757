"""The log, what one does to a delivery, and replays in a real browser: sound, live, and quiet while one reads."""

import pytest
from playwright.sync_api import expect

from extensions import db
from models import PostbackReplay, now_ms, writing
from resources.contacts import update_contact
from resources.postback_replays import create_postback_replay
from resources.saved_filters import save_filter
from tests.browser import axe
from tests.ui.console import OpenScreen
from tests.ui.tried import HOSTILE, attempt_at, delivery_of
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def replay_of(world: World) -> PostbackReplay:
    wanted = {"location_id": world.here, "status": "failed", "rate": 1}
    return create_postback_replay(world.actor("operator"), wanted)[0]


def full_world(world: World) -> list[str]:
    """Something of everything; the paths that show it."""
    world.config(url="https://127.0.0.1/" + "long" * 60, number_of_attempts=20)
    contact = world.contact(last_name="W" * 64)
    update_contact(world.actor("owner"), contact.id, {"last_name": HOSTILE[:60], "company_name": "M" * 64})
    made = delivery_of(world, contact, state="failed", attempts_made=1, finished_ms=now_ms() - 5000, last_status=500)
    attempt_at(made)
    save_filter(world.actor("operator"), "deliveries", "W" * 64, "status=failed")
    replays = f"/locations/{world.here}/replays"
    running = replay_of(world)
    return [
        f"/deliveries?from=2020-01-01T00:00&q={made.id}",
        "/deliveries?status=skipped",
        f"/deliveries/{made.id}",
        f"/deliveries/several?do=retry&id={made.id}",
        "/deliveries/several?do=cancel-all&q=long&range=day",
        replays,
        f"{replays}/new?status=failed",
        f"{replays}/count?status=failed&code=500|599&begin=2020-01-01T00:00",
        f"{replays}/count?status=cancelled",
        f"/replays/{running.id}",
    ]


def test_long_and_hostile_texts_leave_every_screen_sound(world: World, open_screen: OpenScreen) -> None:
    paths = full_world(world)
    watched = open_screen("/locations", theme="dark", width=360)
    watched.expect("status of 422")
    page = watched.page
    for path in [*paths, f"/locations/{world.here}/replays/count?rate=0"]:
        page.goto(path)
        assert axe(page) == [], path
        assert not page.evaluate(TOO_WIDE), path
    page.goto("/deliveries")
    page.get_by_role("button", name="Saved filters").click()
    assert axe(page) == []


def test_who_only_reads_finds_sound_screens(world: World, open_screen: OpenScreen) -> None:
    paths = [
        path for path in full_world(world) if "/new" not in path and "/count" not in path and "several" not in path
    ]
    page = open_screen("/locations", "viewer", theme="dark", width=360).page
    for path in paths:
        page.goto(path)
        assert axe(page) == [], path
        assert not page.evaluate(TOO_WIDE), path


def test_the_list_follows_and_holds_still_while_one_reads(world: World, open_screen: OpenScreen) -> None:
    world.config()
    first = delivery_of(world, world.contact(), state="waiting")
    page = open_screen("/deliveries").page
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(1)
    world.contact()
    expect(rows).to_have_count(2)
    live = page.locator("#tail")
    expect(live).to_have_text("Live")
    box = page.locator(f"#tick-{first.id}")
    box.check()
    expect(live).to_have_text("Paused while you read")
    expect(page.locator("[data-ticked]")).to_have_text("1 selected")
    world.contact()
    page.wait_for_timeout(2500)
    expect(rows).to_have_count(2)
    expect(box).to_be_checked()
    box.uncheck()
    box.blur()
    page.mouse.move(5, 5)
    expect(rows).to_have_count(3)
    live.click()
    expect(live).to_have_text("Paused")
    page.mouse.move(5, 5)
    world.contact()
    page.wait_for_timeout(2500)
    expect(rows).to_have_count(3)
    live.click()
    expect(rows).to_have_count(4)


def test_all_on_the_page_are_chosen_and_retried(world: World, open_screen: OpenScreen) -> None:
    world.config()
    for _ in range(3):
        delivery_of(world, world.contact(), state="failed", finished_ms=now_ms(), next_attempt_ms=None)
    page = open_screen("/deliveries?status=failed").page
    page.get_by_label("Choose all on this page").check()
    expect(page.locator("[data-ticked]")).to_have_text("3 selected")
    page.get_by_role("button", name="Retry", exact=True).click()
    expect(page.get_by_role("heading", name="Retry 3 deliveries?")).to_be_visible()
    page.get_by_role("button", name="Retry 3 deliveries").click()
    expect(page.get_by_text("3 deliveries were sent again.")).to_be_visible()


def test_a_replay_is_followed_to_its_end_and_then_left_alone(world: World, open_screen: OpenScreen) -> None:
    world.config()
    delivery_of(world, world.contact(), state="failed", finished_ms=now_ms() - 5000, next_attempt_ms=None)
    replay = replay_of(world)
    page = open_screen(f"/replays/{replay.id}").page
    expect(page.locator("#live")).to_contain_text("Running")
    page.locator("#do-pause").focus()
    with writing(db.session()):
        db.session.get_one(PostbackReplay, replay.id).done = 1
    expect(page.locator("#live")).to_contain_text("1 of 1")
    expect(page.locator("#do-pause")).to_be_focused()
    page.reload()
    expect(page.locator("#live")).to_contain_text("1 of 1")
    with writing(db.session()):
        kept = db.session.get_one(PostbackReplay, replay.id)
        kept.state, kept.finished_ms, kept.reason = "finished", now_ms(), "It has gone through everything."
    expect(page.locator("#live")).to_contain_text("Finished")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert not asked, "what is final is not asked for again"


def test_the_keyboard_alone_retries_a_failed_delivery(world: World, open_screen: OpenScreen) -> None:
    made = delivery_of(world, state="failed", attempts_made=1, finished_ms=now_ms(), next_attempt_ms=None)
    attempt_at(made)
    page = open_screen("/deliveries?status=failed").page
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.row-link')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".standing-line")).to_contain_text("Failed")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "do-retry":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is sent again now.")).to_be_visible()
    expect(page.locator(".standing-line")).to_contain_text("Retrying")


def test_a_delivery_on_paper_holds_what_is_folded_away_and_nothing_to_press(
    world: World, open_screen: OpenScreen
) -> None:
    made = delivery_of(world, state="failed", attempts_made=1, finished_ms=now_ms())
    attempt_at(made)
    page = open_screen(f"/deliveries/{made.id}").page
    expect(page.locator(".fold-body").first).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#do-retry")).to_be_hidden()
    expect(page.locator(".topbar")).to_be_hidden()
    assert page.locator(".fold-body").first.evaluate("(one) => one.getBoundingClientRect().height") > 10
