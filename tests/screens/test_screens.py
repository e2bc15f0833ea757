"""Every screen is sound: in both themes, wide and narrow, for people who see it and for those who hear it.

A screen that is blank, wider than its window, complains to the browser's console, breaks its content security policy
or calls another host fails. How it looks is for people to judge: `make screenshots`.
"""

import pytest
from playwright.sync_api import ViewportSize

from tests.browser import Watched, axe
from tests.screens.console import Console, show
from tests.screens.screens import SCREENS, Screen

NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 900}
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that may tell one theme from the other: it changes colours, nothing else. A window's width changes none."""
GROUPS = 4
"""So many tests share the screens, so that they can be looked at side by side."""
ERRORS = {403, 404, 413, 500, 503}
MEASURE = r"""() => {
  const one = (test, text) => [...document.querySelectorAll("main table")].filter(test).map(() => text)
  const h1 = document.querySelectorAll("h1")
  return [
    ...(h1.length === 1 ? [] : [`${h1.length} h1`]),
    ...([...h1].every((head) => head.innerText.trim()) ? [] : ["an empty h1"]),
    ...(document.querySelector("main").innerText.trim().length > 40 ? [] : ["a blank page"]),
    ...(document.title.trim() ? [] : ["no title"]),
    ...[...document.querySelectorAll(".error-page")]
      .filter((one) => !/Request id\s+[0-9a-f]{24}/.test(one.innerText) || !one.querySelector(".error-actions a"))
      .map(() => "an error page without a request id or a way on"),
    ...one((table) => !table.caption?.textContent.trim(), "a table without a caption"),
    ...one((table) => [...table.querySelectorAll("th")].some((th) => !th.scope), "a th without a scope"),
  ]
}"""
POLLS = "document.querySelector('[hx-trigger*=every]') !== null"
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [
  `wider than ${innerWidth} px: ` + [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ")]"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", range(GROUPS))
def test_the_screens_are_sound(console: Console, group: int) -> None:
    windows: dict[str, Watched] = {}
    found: list[str] = []
    for screen in SCREENS[group::GROUPS]:
        if screen.who not in windows:
            windows[screen.who] = console.window(screen.who)
        found += [f"{screen.name}: {fault}" for fault in faults_of(console, windows[screen.who], screen)]
    for watched in windows.values():
        watched.page.context.close()
    assert not found, "\n".join(found)


def faults_of(console: Console, watched: Watched, screen: Screen) -> list[str]:
    """What is wrong with this screen."""
    page = watched.page
    watched.complaints.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    if show(console, page, screen) != screen.status:
        return [f"did not answer {screen.status}"]
    found: list[str] = page.evaluate(MEASURE)
    if screen.status in ERRORS and not page.locator(".error-page").count():
        found.append("an error that has not its page")
    found += [*page.evaluate(TOO_WIDE), *axe(page)]
    page.emulate_media(color_scheme="dark")
    found += axe(page, COLOURS)
    page.set_viewport_size(NARROW)
    found += [*page.evaluate(TOO_WIDE), *axe(page, without=COLOURS)]
    if page.evaluate(POLLS):
        page.goto("about:blank")  # says nothing more
    meant = [f"{words} {status}" for status in {screen.status, screen.errors} for words in ("status of", "answered")]
    return found + [text for text in watched.complaints if not any(words in text for words in meant)]
