"""What a person who has never seen the console finds without help, from the sign-in page on, by what is written there.

With and without scripts, a handful of steps each: adding a postback, why a delivery failed and what to do, which
receivers are unhealthy now, who changed a URL. The fifth, sending again what failed last night, needs a worker:
tests/flows/test_resending.py.
"""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from extensions import settings
from launch.demo_file import read_demo_file
from tests.screens.console import Console
from tests.screens.screens import ADMIN, NOBODY

MOST_STEPS = 8
WAREHOUSE = "hooks.warehouse.example"


@dataclass
class Walker:
    """Somebody who reads and presses; each press is a step."""

    page: Page
    steps: int = 0

    def follow(self, name: str, within: Locator | None = None) -> None:
        self._step((within or self.page.locator("body")).get_by_role("link", name=name).first)

    def press(self, name: str) -> None:
        self._step(self.page.get_by_role("button", name=name, exact=True))

    def open(self, text: re.Pattern[str]) -> None:
        self._step(self.page.locator("summary").filter(has_text=text).first)

    def _step(self, wanted: Locator) -> None:
        wanted.click()
        self.steps += 1
        assert self.steps <= MOST_STEPS

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def walker(console: Console, request: pytest.FixtureRequest) -> Walker:
    """In front of the console's first page, signed in by the words on it."""
    with console.app.app_context():
        password = read_demo_file(settings().instance_path)["UI_PASSWORD"]
    watched = console.window(NOBODY, java_script_enabled=request.param)
    page = watched.page
    page.goto("/")
    page.get_by_label("Username", exact=True).fill(ADMIN)
    page.get_by_label("Password", exact=True).fill(password)
    walker = Walker(page)
    walker.press("Sign in")
    return walker


def test_adding_a_postback(walker: Walker) -> None:
    page = walker.page
    walker.follow("Lighthouse Gift Shop")
    walker.follow("Settings")
    walker.follow("Add Postback")
    page.get_by_label("URL", exact=True).fill("http://127.0.0.1:9/receiver")
    walker.press("Add Postback")
    walker.sees("The postback is added")
    walker.sees(re.compile("^whsec_"))


def test_why_a_delivery_failed_and_what_to_do(walker: Walker) -> None:
    page = walker.page
    walker.follow("Harbor Street Store")
    failures = page.get_by_role("region", name="Last failures")
    walker.follow("Contact updated", failures)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    standing = page.get_by_role("region", name="Status")
    expect(standing).to_contain_text("The receiver did not accept a connection in time.")
    expect(standing).to_contain_text("What to do: Check that the host is reachable")
    expect(page.get_by_role("button", name="Retry", exact=True)).to_be_enabled()


def test_which_receivers_are_unhealthy_now(walker: Walker) -> None:
    walker.sees(re.compile(r"\d unhealthy receivers? now"))
    row = walker.page.get_by_role("row").filter(has_text=WAREHOUSE)
    expect(row).to_contain_text("Harbor Street Store")
    expect(row).to_contain_text("deliveries did not get through")
    walker.follow(WAREHOUSE)
    walker.sees("This postback is failing")


def test_who_changed_this_url(walker: Walker) -> None:
    walker.follow("Harbor Street Store")
    walker.follow("Settings")
    walker.follow("contact", walker.page.get_by_role("row").filter(has_text=WAREHOUSE))
    walker.press("More actions")
    walker.follow("History")
    walker.open(re.compile("ines.duarte.*changed"))
    change = walker.page.get_by_role("row").filter(has_text="url")
    expect(change).to_contain_text("https://warehouse.example/hooks/contacts")
    expect(change).to_contain_text("https://hooks.warehouse.example/intake")
