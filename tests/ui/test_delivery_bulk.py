"""Several deliveries at once, and saved filters: what the list offers above and below its lines."""

import re
from html import unescape

import pytest

from extensions import db
from models import Delivery, SavedFilter
from resources.bulk_retries import NOT_WAITING
from resources.delivery_search import PIECE
from tests.ui.console import console_of, text_of
from tests.ui.tried import HOSTILE, delivery_of
from tests.world import World

SEVERAL = "/deliveries/several"


def some(world: World) -> dict[str, str]:
    world.config(number_of_attempts=3)
    states = ("failed", "waiting", "delivered")
    return {state: delivery_of(world, world.contact(), state=state, next_attempt_ms=None).id for state in states}


def states(ids: dict[str, str]) -> dict[str, str]:
    db.session.rollback()
    db.session.expire_all()
    return {was: db.session.get_one(Delivery, id_).state for was, id_ in ids.items()}


def test_the_chosen_are_counted_then_retried(world: World) -> None:
    ids = some(world)
    console = console_of(world, "operator")
    asked = console.client.get(f"{SEVERAL}?do=retry&status=failed&" + "&".join(f"id={id_}" for id_ in ids.values()))
    text = text_of(asked)
    assert "Retry 2 deliveries?" in text
    assert "Left alone: 1 delivered." in text
    assert states(ids) == {state: state for state in ids}, "asking changes nothing"
    action = re.search(r'action="(/deliveries/several[^"]*)"', asked.text)
    assert action
    page = f"{SEVERAL}?do=retry&id={ids['failed']}"
    answer = console.post(unescape(action[1]), {"do": "retry", "id": list(ids.values())}, page=page)
    assert (answer.status_code, answer.location) == (303, "/deliveries?status=failed")
    assert states(ids) == {"failed": "waiting", "waiting": "waiting", "delivered": "delivered"}
    assert "2 deliveries were sent again. 1 not: This delivery was delivered." in text_of(console.get("/deliveries"))


def test_the_chosen_are_cancelled_where_they_wait(world: World) -> None:
    ids = some(world)
    console = console_of(world, "operator")
    form = {"do": "cancel", "id": list(ids.values())}
    console.post(f"{SEVERAL}?location={world.here}", form, page=f"{SEVERAL}?do=cancel&id={ids['waiting']}")
    assert states(ids)["waiting"] == "cancelled"
    assert f"2 not: {NOT_WAITING}" in text_of(console.get("/deliveries"))


def test_all_that_wait_and_match_are_cancelled(world: World) -> None:
    ids = some(world)
    other = delivery_of(world, world.contact(), state="waiting", attempts_made=1)
    console = console_of(world, "operator")
    asked = console.get(SEVERAL, do="cancel-all", status="retrying", location=world.here)
    assert "Cancel 1 delivery?" in text_of(asked)
    console.post(
        f"{SEVERAL}?status=retrying&location={world.here}", {"do": "cancel-all"}, page=f"{SEVERAL}?do=cancel-all"
    )
    assert states({**ids, "other": other.id}) == {**{state: state for state in ids}, "other": "cancelled"}
    assert "Nothing to cancel" in text_of(console.get(SEVERAL, do="cancel-all", status="retrying"))


def test_more_than_are_counted_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some(world)
    delivery_of(world, world.contact(), state="waiting")
    monkeypatch.setattr("resources.delivery_search.MOST_COUNTED", 1)
    monkeypatch.setattr("ui.delivery_bulk.MOST_COUNTED", 1)
    text = text_of(console_of(world, "operator").get(SEVERAL, do="cancel-all"))
    assert "Cancel more than 1" in text
    assert "do it once more for the rest" in text


def test_without_a_choice_the_list_says_what_to_do(world: World) -> None:
    some(world)
    console = console_of(world, "operator")
    answer = console.get(SEVERAL, do="retry", status="failed")
    assert (answer.status_code, answer.location) == (303, "/deliveries?status=failed")
    assert "Choose deliveries first" in text_of(console.get("/deliveries"))
    for nonsense in ({"do": "explode"}, {}):
        assert console.get(SEVERAL, **nonsense).status_code == 400


def test_who_only_reads_sees_why_not(world: World) -> None:
    ids = some(world)
    viewer = console_of(world, "viewer")
    page = viewer.get("/deliveries")
    assert "they need the operator role" in text_of(page)
    assert 'form="several"' not in re.sub(r"<input[^>]*>", "", page.text)
    assert viewer.get(SEVERAL, do="retry", id=ids["failed"]).status_code == 403
    assert viewer.post(SEVERAL, {"do": "retry", "id": ids["failed"]}).status_code == 403
    stranger = console_of(world, "stranger")
    assert "Nothing to retry" in text_of(stranger.get(SEVERAL, do="retry", id=ids["failed"]))
    stranger.post(SEVERAL, {"do": "retry", "id": ids["failed"]})
    assert states(ids)["failed"] == "failed"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_filter_is_saved_used_and_deleted(world: World) -> None:
    some(world)
    console = console_of(world, "viewer")
    here = "/deliveries?status=failed&range=day"
    page = console.client.get(here).text
    assert "Save what is filtered for now" in page
    form = {"screen": "deliveries", "name": HOSTILE[:60], "query": "status=failed&range=day", "next": here}
    answer = console.post("/saved-filters", form)
    assert (answer.status_code, answer.location) == (303, here)
    listed = console.get("/deliveries").text
    assert 'href="/deliveries?status=failed&amp;range=day"' in listed
    assert "<script>alert" not in listed
    assert "status=failed&amp;range=day" not in console_of(world, "operator").get("/deliveries").text
    [saved] = db.session.query(SavedFilter)
    assert console_of(world, "operator").post(f"/saved-filters/{saved.id}/delete").status_code == 404
    assert console.post(f"/saved-filters/{saved.id}/delete", {"next": "https://evil.example"}).location == "/"
    console.post("/saved-filters", {**form, "name": " "})
    assert "Give the filter a name" in text_of(console.get("/deliveries"))
    db.session.rollback()
    assert db.session.query(SavedFilter).count() == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_the_address_says_is_what_the_form_shows(world: World) -> None:
    some(world)
    console = console_of(world, "viewer")
    page = " ".join(console.client.get("/deliveries?code=5xx&from=2026-11-23T18:00&to=nonsense").text.split())
    assert '<option value="5xx" selected>' in page
    assert '<option value="custom" selected>' in page
    assert 'name="from" value="2026-11-23T18:00"' in page
    assert 'name="to" value=""' in page
    assert "range=custom" in page
    assert "to=nonsense" not in re.sub(r"<input[^>]*name=.next.[^>]*>", "", page)
    for hostile in ("from=9999-99-99T99:99", "range=x", "code=%00", "from=0001-01-01T00:00", "to=9999-12-31T23:59"):
        assert console.client.get(f"/deliveries?{hostile}").status_code == 200, hostile


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_search_that_ran_out_of_time_offers_to_look_further(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = some(world)
    monkeypatch.setattr("resources.delivery_search.PAGE_SECONDS", 0.0)
    monkeypatch.setattr("resources.delivery_walk.FIRST_STRETCH", 2)
    console = console_of(world, "viewer")
    page = console.get("/deliveries", status="failed")
    assert "Nothing found so far" in text_of(page)
    further = re.search(r'href="([^"]+before=[^"]+)"', page.text)
    assert further
    assert ids["failed"] in console.client.get(unescape(further[1])).text
    assert len(ids) < PIECE
