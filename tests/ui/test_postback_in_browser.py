"""The screens of postback configs in a real browser: axe, widths, the form's live parts, the keyboard."""

import pytest
from playwright.sync_api import expect

from resources.users import set_password
from tests.answers import respond
from tests.browser import axe
from tests.receiver import Receiver
from tests.ui.console import OpenScreen
from tests.ui.tried import attempt_at, delivery_of
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
PASSWORD = "correct horse"


def settings_path(world: World) -> str:
    return f"/locations/{world.here}/settings/postbacks"


@pytest.mark.parametrize("name", ["operator", "viewer"])
def test_long_texts_leave_every_screen_sound(world: World, open_screen: OpenScreen, name: str) -> None:
    config = world.config(url="https://127.0.0.1/" + "long/" * 60, number_of_attempts=3)
    failed = delivery_of(world, world.contact(), state="failed", attempts_made=3, reason="It " + "broke " * 30)
    attempt_at(failed)
    delivery_of(world, world.contact(), state="delivered", attempts_made=1)
    path = settings_path(world)
    page = open_screen(path, name, theme="dark", width=360).page
    screens = [path, f"{path}?q=nothing", f"{path}/{config.id}"]
    if name == "operator":
        screens += [f"{path}/{config.id}/{what}" for what in ("edit", "secret/reveal", "secret/rotate")]
    for screen in screens:
        page.goto(screen)
        for summary in page.locator("summary").all():
            summary.click()
        for menu in page.get_by_role("button", name="ctions").all():
            menu.click()
        assert axe(page) == [], screen
        assert not page.evaluate(TOO_WIDE), screen


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_the_form_previews_checks_and_tries(
    world: World, receiver: Receiver, open_screen: OpenScreen, theme: str, width: int
) -> None:
    page = open_screen(f"{settings_path(world)}/new", theme=theme, width=width).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("URL").fill("ftp://nowhere")
    page.get_by_label("Username").fill("harbour")
    expect(page.locator("#url-verdict")).to_contain_text("URL cannot be called")
    page.get_by_label("URL").fill(receiver.plan("/hook", respond(500, body=b"broken")))
    page.get_by_label("Password").fill("do-not-send-me")
    expect(page.locator("#url-verdict")).to_contain_text("This URL may be called.")
    expect(page.locator("#preview")).to_contain_text("POST /hook HTTP/1.1")
    page.get_by_label("Create", exact=True).uncheck()
    expect(page.locator("#preview")).to_contain_text("(contact, UPDATE)")
    assert not any("do-not-send-me" in url for url in asked)
    page.get_by_role("button", name="Send test").click()
    expect(page.locator("#trial")).to_contain_text("The receiver answered 500")
    expect(page.get_by_label("Password")).to_have_value("do-not-send-me")
    assert axe(page) == []
    assert not page.evaluate(TOO_WIDE)


def test_a_test_of_what_is_not_valid_says_so_in_place(world: World, open_screen: OpenScreen) -> None:
    watched = open_screen(f"{settings_path(world)}/new")
    watched.expect("status of 422")
    page = watched.page
    page.get_by_label("Number of attempts").fill("0")
    page.get_by_role("button", name="Send test").click()
    expect(page.locator("#trial")).to_contain_text("Nothing was sent. Correct this first:")
    expect(page.get_by_label("Number of attempts")).to_have_value("0")
    assert axe(page) == []


def test_rotate_reveal_and_test_without_scripts(world: World, receiver: Receiver, open_screen: OpenScreen) -> None:
    set_password(world.users["operator"].id, PASSWORD)
    config = world.config(url=receiver.url("/hook"))
    watched = open_screen(settings_path(world), java_script=False)
    watched.expect("status of 422")
    page = watched.page
    page.get_by_role("link", name="contact", exact=True).click()
    page.get_by_role("link", name="Rotate…").click()
    page.get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_role("heading", name="The secret is rotated")).to_be_visible()
    new = page.get_by_label("Signing secret", exact=True).get_by_role("group").first.inner_text()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Reveal…").click()
    page.get_by_label("Your password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text(new)).to_be_visible()
    page.goto(f"{settings_path(world)}/{config.id}/edit")
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_role("region", name="Test")).to_contain_text("The receiver answered 200")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="What will be sent")).to_contain_text("POST /hook HTTP/1.1")
