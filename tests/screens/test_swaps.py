"""After each swap the focus is where one would look for it, and while one waits for it the page says so.

The requests are held back on their way to the server, so that waiting is as long as the test needs it to be.
"""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Route, expect

from config import HOUSE
from tests.screens.console import Console, show
from tests.screens.screens import ADMIN, SCREENS
from tests.screens.swaps import POLLS, SWAPS, TEMPLATES, Swap

SCREEN_OF = {screen.name: screen for screen in SCREENS}
ASKS = re.compile(r"hx-(?:get|post|put|patch|delete)\b|list_search\(")
MARK = "document.activeElement.dataset.here = ''"
WAITING = """(selector) => {
  const busy = document.querySelector(selector)
  return [busy.ariaBusy, getComputedStyle(busy, "::after").opacity]
}"""
FRAME = """(selector) => {
  const {x, y, width} = document.querySelector(selector).getBoundingClientRect()
  return [x, y + scrollY, width, document.documentElement.scrollWidth]
}"""


@dataclass
class Gate:
    """Holds back what parts of the page ask for, polls excepted, until it is opened."""

    is_open: bool = True
    held: list[Route] = field(default_factory=list)

    def let(self, route: Route) -> None:
        headers = route.request.headers
        if self.is_open or "hx-request" not in headers or "hx-ptag" in headers:
            route.continue_()
        else:
            self.held.append(route)

    def open(self) -> None:
        self.is_open = True
        for route in self.held:
            route.continue_()
        self.held.clear()


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate()


@pytest.fixture(scope="module")
def page(console: Console, gate: Gate) -> Page:
    page = console.window(ADMIN).page
    page.route("**/*", gate.let)
    return page


@pytest.mark.parametrize("swap", SWAPS, ids=[f"{one.screen}: {one.act.__name__}" for one in SWAPS])
def test_the_focus_is_kept_and_waiting_shows(console: Console, page: Page, gate: Gate, swap: Swap) -> None:
    show(console, page, SCREEN_OF[swap.screen])
    before = page.evaluate(FRAME, swap.busy)
    gate.is_open = False
    swap.act(page)
    expect(page.locator(swap.busy)).to_have_attribute("aria-busy", "true")
    page.wait_for_function(f"selector => ({WAITING})(selector)[1] === '1'", arg=swap.busy)
    assert page.evaluate(FRAME, swap.busy) == before, "nothing jumps"
    page.evaluate(MARK)
    gate.open()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    if swap.shows:
        expect(page.locator(swap.shows).first).to_be_visible()
    expect(page.locator(swap.focus or "[data-here]").first).to_be_focused()
    if swap.said:
        expect(page.locator("#announcer")).to_have_text(re.compile(swap.said))


def test_every_template_that_swaps_is_walked() -> None:
    folder = HOUSE / "templates"
    asking = {str(path.relative_to(folder)) for path in folder.rglob("*.html") if ASKS.search(path.read_text("utf-8"))}
    assert asking == set(TEMPLATES) | POLLS
    assert {swap.screen for swap in SWAPS} >= set(TEMPLATES.values())
