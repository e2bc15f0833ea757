"""While an answer is on its way: nothing is sent twice, and a form that was stopped can be sent again."""

import pytest
from playwright.sync_api import Request, Route, expect

from tests.ui.console import OpenScreen
from tests.world import World, counts

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PRESS_TWICE = """async () => {
  for (let times = 0; times < 2; times++) {
    document.querySelector("main [type=submit]").click()
    await new Promise((done) => setTimeout(done, 200))
  }
}"""
PRESS_AND_STOP = """async () => {
  const button = document.querySelector("main [type=submit]")
  const seen = async () => new Promise((tell) => setTimeout(() => tell(button.ariaBusy), 200))
  button.click()
  const busy = await seen()
  stop()
  return [busy, await seen()]
}"""
MOTION = """() => {
  document.getElementById("results").ariaBusy = "true"
  const line = getComputedStyle(document.getElementById("results"), "::after")
  return [line.animationName, line.animationDelay, line.animationDuration, line.animationIterationCount]
}"""


def test_a_form_is_sent_once_however_often_one_presses(world: World, open_screen: OpenScreen) -> None:
    page = open_screen(f"/locations/{world.here}/contacts/new").page
    page.get_by_label("Last name").fill("Jones")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/contacts/new", hold)
    page.evaluate(PRESS_TWICE)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_role("heading", name="Jones", level=1)).to_be_visible()
    assert counts()["Contact"] == 1


def test_a_form_that_was_stopped_can_be_sent_again(world: World, open_screen: OpenScreen) -> None:
    page = open_screen(f"/locations/{world.here}/contacts/new").page
    page.get_by_label("Last name").fill("Jones")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/contacts/new", hold, times=1)
    assert page.evaluate(PRESS_AND_STOP) == ["true", None]
    assert len(held) == 1
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("heading", name="Jones", level=1)).to_be_visible()
    assert counts()["Contact"] == 1


def test_a_test_is_sent_once_however_often_one_presses(world: World, open_screen: OpenScreen) -> None:
    watched = open_screen(f"/locations/{world.here}/settings/postbacks/new")
    watched.expect("status of 422")
    page = watched.page
    page.get_by_label("URL", exact=True).fill("ftp://nowhere")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="Send test").dblclick()
    expect(page.locator(".trial-errors")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert len(sent) == 1


def test_waiting_shows_after_a_moment_and_stands_still_for_who_wants_no_motion(
    world: World, open_screen: OpenScreen
) -> None:
    page = open_screen("/locations").page
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOTION) == ["appear, pass", "0.15s, 0.15s", "0.12s, 1.2s", "1, infinite"]
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOTION) == ["appear, pass", "0.15s, 0.15s", "1e-05s", "1"]
