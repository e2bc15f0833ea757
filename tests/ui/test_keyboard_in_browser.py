"""The documented path without a mouse: from signing in to a saved postback, and always seeing where one is."""

import pytest
from playwright.sync_api import Locator, Page, expect

from resources.users import set_password
from tests.browser import AT_REST
from tests.ui.console import OpenScreen
from tests.world import World

MOST_TABS = 60
FOCUS_IS_SEEN = """() => {
  const one = document.activeElement
  if (one === document.body) return "nothing has the focus"
  const seen = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
  const box = one.getBoundingClientRect()
  if (!seen(getComputedStyle(one)) && !seen(getComputedStyle(one, "::after"))) return `no outline: ${one.outerHTML}`
  if (box.bottom < 0 || box.top > innerHeight) return `out of sight: ${one.outerHTML}`
  return ""
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus; each stop on the way must be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        page.evaluate(AT_REST)
        assert page.evaluate(FOCUS_IS_SEEN) == ""
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached with Tab")


def follow(page: Page, name: str) -> None:
    tab_to(page, page.get_by_role("link", name=name, exact=True).first)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_adding_a_postback_by_keyboard_alone(world: World, open_screen: OpenScreen) -> None:
    set_password(world.users["operator"].id, "correct horse")
    page = open_screen("/sign-in", java_script=True).page
    page.context.clear_cookies()
    page.goto("/sign-in")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Locations")
    page.keyboard.press("/")
    page.keyboard.type("harb")
    expect(page.locator(".row-link")).to_have_text(["Harbour shop"])
    follow(page, "Harbour shop")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour shop")
    follow(page, "Settings")
    expect(page.get_by_role("heading", name="Postback Config", exact=True)).to_be_attached()
    follow(page, "Add Postback")

    expect(page.get_by_role("heading", level=1)).to_have_text("Add Postback")
    tab_to(page, page.get_by_label("URL", exact=True))
    page.keyboard.type("https://127.0.0.1/receiver")
    tab_to(page, page.get_by_role("button", name="Add Postback", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The postback is added")).to_be_visible()
    expect(page.get_by_text("whsec_").first).to_be_visible()
