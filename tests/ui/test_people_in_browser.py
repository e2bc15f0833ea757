"""The screens of people and the system in a real browser: sound in both themes, without scripts and by keyboard."""

import pytest
from playwright.sync_api import expect

from config import Settings
from extensions import db
from models import User, UserSession, writing
from resources.postback_configs import update_postback_config
from tests.browser import axe
from tests.ui.console import OpenScreen
from tests.ui.test_system import point_at
from tests.valkey import Valkey
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
CLICK_ALL = "document.querySelectorAll('details').forEach((one) => (one.open = true))"


def test_long_texts_leave_every_screen_sound(
    world: World, open_screen: OpenScreen, settings: Settings, valkey: Valkey
) -> None:
    point_at(settings, valkey.url)
    config, viewer = world.config(basic_auth_username="harbour"), world.users["viewer"]
    update_postback_config(world.actor("operator"), config.id, {"url": "https://127.0.0.1/" + "long/" * 40})
    with writing(db.session()):
        db.session.get_one(User, viewer.id).email = "a-long-name-of-somebody-who-reads-here@example.com"
        db.session.add(UserSession(digest="0" * 64, user_id=viewer.id, address="2001:db8::1234:5678:9abc:def0"))
    page = open_screen("/users", "head", theme="dark", width=360).page
    one = f"/users/{viewer.id}"
    paths = ["/users", "/users?q=zzz", "/users/new", one, f"{one}/edit", f"{one}/password", f"{one}/delete"]
    paths += [f"/users/{world.users['head'].id}", "/account", "/audit-log", "/audit-log?who=zzz", "/system"]
    for path in paths:
        page.goto(path)
        page.evaluate(CLICK_ALL)
        assert axe(page) == [], path
        assert not page.evaluate(TOO_WIDE), path


def test_the_menu_of_a_narrow_screen_needs_no_script(world: World, open_screen: OpenScreen) -> None:
    page = open_screen("/locations", "owner", width=360, java_script=False).page
    audit_log = page.get_by_role("link", name="Audit log")
    expect(audit_log).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    audit_log.click()
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()


def test_keys_lead_where_the_role_may_go(world: World, open_screen: OpenScreen) -> None:
    page = open_screen("/locations", "owner").page
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    for key, heading in [("u", "Users"), ("a", "Audit log")]:
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_timeout(200)
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()


def test_who_changed_this_url_without_scripts(world: World, open_screen: OpenScreen) -> None:
    config = world.config()
    update_postback_config(world.actor("operator"), config.id, {"url": "https://127.0.0.1/elsewhere"})
    page = open_screen(f"/locations/{world.here}/settings/postbacks/{config.id}", "owner", java_script=False).page
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="History").click()
    page.get_by_text("operator changed").click()
    row = page.get_by_role("row", name="url")
    expect(row).to_contain_text("https://127.0.0.1/receiver")
    expect(row).to_contain_text("https://127.0.0.1/elsewhere")


def test_the_filters_answer_while_one_chooses(world: World, open_screen: OpenScreen) -> None:
    world.config()
    world.contact()
    page = open_screen("/audit-log", "owner").page
    expect(page.locator(".audit-entry")).to_have_count(2)
    page.get_by_label("Resource").select_option("contact")
    expect(page.locator(".audit-entry")).to_have_count(1)
    assert "resource=contact" in page.url


def test_adding_a_user_by_hand(world: World, open_screen: OpenScreen) -> None:
    watched = open_screen("/users", "owner")
    watched.expect("status of 422")
    page = watched.page
    page.get_by_role("link", name="Add user").click()
    page.get_by_role("button", name="Add user").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert axe(page) == []
    page.get_by_label("Username").fill("zoe")
    page.get_by_label("Primary location").select_option("Harbour shop")
    page.get_by_role("button", name="Add user").click()
    page.get_by_label("Role", exact=True).select_option("operator")
    page.get_by_role("button", name="Give role").click()
    expect(page.get_by_text("The role at Harbour shop is given Operator.")).to_be_visible()
    page.get_by_role("button", name="Generate key").click()
    expect(page.get_by_role("heading", name="New API key")).to_be_visible()
    assert axe(page) == []
