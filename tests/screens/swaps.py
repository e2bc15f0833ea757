"""Every place where a part of a page is swapped, and what the person at the keyboard finds afterwards."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

SEARCH = "[data-search]"
TEST = "button[formaction$='/try']"
FURTHER_BACK = "No deliveries match|Nothing found so far"
NOTHING = "zzz-nothing-is-called-this"


@dataclass(frozen=True, slots=True)
class Swap:
    """Something done on a screen of the registry, and what comes of it."""

    screen: str
    act: Callable[[Page], None]
    busy: str
    """A selector of what shows that it waits."""
    focus: str = ""
    """A selector of what has the focus afterwards; else what had it when the request went out."""
    said: str = ""
    """What those hear who do not see it, as a regular expression."""
    shows: str = ""
    """A selector of what is there afterwards, and not before."""


def search(page: Page) -> None:
    page.locator(SEARCH).fill(NOTHING)
    page.keyboard.press("Enter")


def choose(page: Page) -> None:
    first = page.locator("form.tools select").first
    first.focus()
    first.select_option(index=1)


def check_url(page: Page) -> None:
    page.locator("#url").fill("ftp://nowhere")
    page.keyboard.press("Tab")


def more_attempts(page: Page) -> None:
    page.locator("#number_of_attempts").fill("7")


def other_resource(page: Page) -> None:
    page.locator("#preview summary").first.click()
    page.locator("#resource").focus()
    page.locator("#resource").select_option("transaction")
    page.locator("#resource").dispatch_event("input")


def send_test(page: Page) -> None:
    page.locator("#url").evaluate("one => one.value = 'ftp://nowhere'")
    page.locator(TEST).focus()
    page.keyboard.press("Enter")


def _searched(screen: str, said: str) -> Swap:
    return Swap(screen, search, "#results", SEARCH, said, ".empty")


SWAPS = (
    _searched("locations", "No locations match"),
    _searched("postbacks", "No postbacks match"),
    _searched("contacts", "No contacts match"),
    _searched("transactions", "No transactions match"),
    _searched("account-vaults", "No account vaults match"),
    _searched("deliveries", FURTHER_BACK),
    _searched("deliveries-of-location", FURTHER_BACK),
    _searched("users", "No users match"),
    _searched("audit-log", "No entries match"),
    Swap("deliveries", choose, "#results", "form.tools select", "shown|match"),
    Swap("audit-log", choose, "#results", "form.tools select", "entr"),
    Swap("users", choose, "#results", "form.tools select", "user"),
    Swap("postback-new", check_url, "#url-verdict", shows="#url-verdict .field-error"),
    Swap("postback-new", more_attempts, "#schedule", "#number_of_attempts"),
    Swap("postback-new", other_resource, "#preview", "#resource", shows="#preview details[open]"),
    Swap("postback-new", send_test, TEST, "#trial-outcome", shows=".trial-errors"),
)
TEMPLATES = {
    "macros/forms.html": "contacts",
    "records/index.html": "contacts",
    "users/index.html": "users",
    "locations/index.html": "locations",
    "deliveries/tools.html": "deliveries",
    "audit/index.html": "audit-log",
    "postback_configs/form.html": "postback-new",
    "postback_configs/index.html": "postbacks",
}
"""Template that asks htmx for something → a screen of it that is walked above."""
POLLS = {
    "deliveries/show.html",
    "deliveries/results.html",
    "replays/show.html",
    "system/show.html",
    "inbox/show.html",
}
"""Templates of parts that renew themselves: tests/ui/test_focus_in_browser.py."""
