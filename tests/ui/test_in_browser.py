"""The console's screens in a real browser: axe in both themes, nothing wider than the page, the live parts.

The pages watch themselves: a console message, a CSP violation or a foreign request fails the test.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from extensions import db
from models import Location, writing
from tests.browser import axe
from tests.ui.console import OpenScreen
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
THEMES_AND_WIDTHS = [("light", 1280), ("dark", 360)]


def settings_path(world: World) -> str:
    return f"/locations/{world.here}/settings/postbacks"


def test_long_texts_leave_every_screen_sound(world: World, open_screen: OpenScreen) -> None:
    config = world.config(url="https://127.0.0.1/" + "long/" * 60, basic_auth_username="harbour")
    world.contact()
    watched = open_screen("/locations", theme="dark", width=360)
    watched.expect("status of 404")
    here, configs = f"/locations/{world.here}", settings_path(world)
    paths = ["/locations", "/locations?q=zzz", here, configs, f"{configs}/new", "/nowhere"]
    paths += [f"{configs}/{config.id}/{what}" for what in ("edit", "pause", "delete")]
    for path in paths:
        watched.page.goto(path)
        assert axe(watched.page) == [], path
        assert not watched.page.evaluate(TOO_WIDE), path


@pytest.mark.parametrize(("theme", "width"), THEMES_AND_WIDTHS)
def test_refused_then_added_then_shown_once(world: World, open_screen: OpenScreen, theme: str, width: int) -> None:
    watched = open_screen(settings_path(world), theme=theme, width=width)
    watched.expect("status of 422")
    page = watched.page
    page.get_by_role("link", name="Add Postback").first.click()
    page.get_by_label("URL").fill("ftp://nowhere")
    page.get_by_role("button", name="Add Postback").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert axe(page) == []
    page.get_by_role("link", name="URL cannot be called").click()
    expect(page.get_by_label("URL")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("https://127.0.0.1/receiver")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The postback is added")).to_be_visible()
    assert axe(page) == []
    assert not page.evaluate(TOO_WIDE)


def test_the_whole_way_without_scripts(world: World, open_screen: OpenScreen) -> None:
    page = open_screen("/locations", java_script=False).page
    page.get_by_label("Search locations").fill("harb")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Harbour shop").click()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Add Postback").first.click()
    page.get_by_label("URL").fill("https://127.0.0.1/receiver")
    page.get_by_role("button", name="Add Postback").click()
    expect(page.get_by_role("group", name="Signing secret")).to_contain_text("whsec_")
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Actions for the contact postback").click()
    page.get_by_role("link", name="Pause").click()
    page.get_by_role("button", name="Pause postback").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page).to_have_url(f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}{settings_path(world)}")


def test_search_answers_while_one_types_and_keeps_the_address(world: World, open_screen: OpenScreen) -> None:
    with writing(db.session()):
        db.session.add(Location(name="Lighthouse", parent_id=world.here))
    page = open_screen("/locations").page
    expect(page.locator(".row-link")).to_have_count(2)
    page.keyboard.press("/")
    page.keyboard.type("light")
    expect(page.locator(".row-link")).to_have_text(["Lighthouse"])
    expect(page.get_by_label("Search locations")).to_be_focused()
    assert parse_qs(urlsplit(page.url).query) == {"q": ["light"]}


def test_the_schedule_follows_and_no_password_travels(world: World, open_screen: OpenScreen) -> None:
    page = open_screen(f"{settings_path(world)}/new").page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.get_by_label("Password").fill("do-not-send-me")
    page.get_by_label("Number of attempts").fill("3")
    expect(page.locator("#schedule")).to_contain_text("3 attempts, gives up after about 10 min.")
    assert asked
    assert not any("do-not-send-me" in url for url in asked)
    expect(page.get_by_label("Password")).to_have_value("do-not-send-me")


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_system_theme_looks_like_the_chosen_one(world: World, open_screen: OpenScreen) -> None:
    followed = open_screen("/locations", theme="dark").page
    chosen = open_screen("/locations", theme="light").page
    light = background(chosen)
    chosen.get_by_role("button", name="Theme").click()
    chosen.get_by_role("button", name="Dark").click()
    expect(chosen.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert background(chosen) == background(followed) != light


def test_the_keyboard_leads_around(world: World, open_screen: OpenScreen) -> None:
    page = open_screen(f"/locations/{world.here}").page
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="Locations")).to_be_visible()
