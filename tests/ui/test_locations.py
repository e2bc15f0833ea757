"""The list of locations, its search, and a location's overview."""

import re

import pytest

from extensions import db
from models import Delivery, Location, PostbackConfig, writing
from tests.ui.console import console_of, text_of
from tests.world import World


def finish(world: World, state: str, latency_ms: int = 0, reason: str | None = None) -> None:
    """End the newest waiting delivery like this."""
    with writing(db.session()):
        delivery = db.session.scalars(
            db.select(Delivery).where(Delivery.state == "waiting").order_by(Delivery.id.desc())
        ).first()
        assert delivery
        delivery.state, delivery.attempts_made, delivery.reason = state, 1, reason
        delivery.finished_ms = delivery.created_ms + latency_ms


def rows(page: str) -> list[str]:
    return re.findall(r'class="row-link"[^>]*>([^<]*)<', page)


def test_strangers_are_sent_to_sign_in(world: World) -> None:
    answer = world.app.test_client().get(f"/locations/{world.here}?x=1")
    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next=/locations/{world.here}?x%3D1"


def test_the_root_leads_to_the_locations(world: World) -> None:
    assert console_of(world, "viewer").get("/").location == "/locations"


def test_lists_only_what_is_in_sight(world: World) -> None:
    assert rows(console_of(world, "head").get("/locations").text) == ["Harbour shop", "Head office", "Hill shop"]
    assert rows(console_of(world, "viewer").get("/locations").text) == ["Harbour shop"]


@pytest.mark.parametrize("text", ["harbour", "SHOP", "23948sd", "M-77", "pos-9"])
def test_search_finds_by_name_id_account_number_and_api_id(world: World, text: str) -> None:
    with writing(db.session()):
        here = db.session.get_one(Location, world.here)
        here.account_number, here.location_api_id = "M-7700", "pos-9"
        db.session.add(Location(id="noise", name="Nothing", parent_id=world.here))
    page = console_of(world, "owner").get("/locations", q=text).text
    assert rows(page) == ["Harbour shop"]
    assert f'value="{text}"' in page


@pytest.mark.parametrize("text", ["%", "_", "zzz", "\x00zz", "a" * 5000, "' OR 1=1 --"])
def test_search_that_finds_nothing_says_so(world: World, text: str) -> None:
    page = console_of(world, "head").get("/locations", q=text)
    assert page.status_code == 200
    assert "No locations match" in page.text
    assert "Clear filters" in page.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²"])
def test_what_is_no_page_number_shows_the_first_page(world: World, page: str) -> None:
    assert len(rows(console_of(world, "head").get("/locations", page=page).text)) == 3


def test_more_than_a_page_is_turned(world: World) -> None:
    with writing(db.session()):
        db.session.add_all(Location(name=f"Shop {number:03}", parent_id=world.here) for number in range(60))
    console = console_of(world, "owner")
    first, second = console.get("/locations", q="shop").text, console.get("/locations", q="shop", page="2").text
    assert "61 locations" in first
    assert 'href="/locations?q=shop&amp;page=2"' in first
    assert len(rows(first)) == 50
    assert rows(second) == [f"Shop {number:03}" for number in range(49, 60)]


def test_names_are_inert(world: World) -> None:
    with writing(db.session()):
        db.session.get_one(Location, world.here).name = "<script>alert(1)</script>"
    console = console_of(world, "owner")
    for path in ("/locations", f"/locations/{world.here}", f"/locations/{world.here}/settings/postbacks"):
        page = console.get(path, q='"><script>').text
        assert "<script>alert" not in page
        assert '"><script>' not in page


def test_the_list_counts_the_last_day(world: World) -> None:
    world.config()
    for state in ("delivered", "delivered", "failed"):
        world.contact()
        finish(world, state)
    page = text_of(console_of(world, "viewer").get("/locations"))
    assert re.search(r"23948sdnfia1129i9asf92 \S \S 1 2 1", page)


def test_the_overview_shows_the_day(world: World) -> None:
    world.config()
    for state, latency in (("delivered", 100), ("delivered", 300), ("delivered", 900), ("failed", 50_000)):
        world.contact()
        finish(world, state, latency, "It was not to be.")
    world.contact()
    page = text_of(console_of(world, "viewer").get(f"/locations/{world.here}"))
    for part in ("Events 5", "Delivered 75.0 %", "Waiting 1", "Failed 1", "Median latency 300 ms", "It was not to be."):
        assert part in page


def test_yesterday_does_not_count(world: World) -> None:
    config = world.config()
    world.contact()
    finish(world, "delivered")
    old = "1000" + "0" * 20
    with writing(db.session()):
        newest = db.session.scalars(db.select(Delivery).where(Delivery.postback_config_id == config.id)).one()
        db.session.execute(db.update(Delivery).where(Delivery.id == newest.id).values(id=old))
    page = text_of(console_of(world, "viewer").get(f"/locations/{world.here}"))
    assert re.search(r"Delivered \S 0 acknowledged", page)


def test_a_failing_config_is_announced(world: World) -> None:
    config = world.config()
    world.contact()
    finish(world, "failed", reason="The receiver answered 500.")
    console = console_of(world, "operator")
    for path in ("", "/settings/postbacks", f"/settings/postbacks/{config.id}/edit"):
        assert "failing" in console.get(f"/locations/{world.here}{path}").text
    with writing(db.session()):
        db.session.get_one(PostbackConfig, config.id).is_active = False
    assert "failing" not in console.get(f"/locations/{world.here}").text


def test_a_config_that_got_well_is_not_failing(world: World) -> None:
    world.config()
    for state in ("failed", "failed", "delivered"):
        world.contact()
        finish(world, state)
    assert "failing" not in console_of(world, "viewer").get(f"/locations/{world.here}").text


def test_a_location_without_postbacks_offers_to_add_one_to_who_may(world: World) -> None:
    path = f"/locations/{world.here}"
    assert "Add Postback" in console_of(world, "operator").get(path).text
    viewed = console_of(world, "viewer").get(path).text
    assert "No postbacks yet" in viewed
    assert "Your role here may not add postbacks." in viewed
    assert f"{path}/settings/postbacks/new" not in viewed


@pytest.mark.parametrize("id_", ["missing", "elsewhere-of-the-tests", "root-of-the-tests", "a" * 400, "%00", "..%2f"])
def test_unknown_and_foreign_locations_look_alike(world: World, id_: str) -> None:
    console = console_of(world, "operator")
    pages = [console.get(f"/locations/{one}") for one in (id_, "nowhere")]
    assert [page.status_code for page in pages] == [404, 404]
    without_ids = [re.sub(r"11[0-9a-f]{22}|[\w.-]{80,}|nowhere", "", text_of(page)) for page in pages]
    assert without_ids[0] == without_ids[1]


def test_the_list_begins_where_one_was_last(world: World) -> None:
    console = console_of(world, "head")
    for place in (world.here, world.elsewhere, world.here):
        console.get(f"/locations/{place}")
    assert rows(console.get("/locations").text) == ["Harbour shop", "Hill shop", "Head office"]
    assert rows(console.get("/locations", q="shop").text) == ["Harbour shop", "Hill shop"]
    cookie = console.client.get_cookie("recent_locations")
    assert cookie
    other = console_of(world, "owner")
    other.client.set_cookie("recent_locations", cookie.value)
    assert "Visited lately" not in other.get("/locations").text
    console.client.set_cookie("recent_locations", f"{cookie.value}~~../x~{'y' * 500}~" + "~".join("abcdefghijkl"))
    assert rows(console.get("/locations").text)[0] == "Harbour shop"


def test_the_export_holds_what_the_search_finds(world: World) -> None:
    exported = console_of(world, "head").get("/locations.csv", q="shop")
    assert exported.mimetype == "text/csv"
    assert [line.split(",")[0] for line in exported.text.splitlines()][1:] == sorted(
        [world.here, world.elsewhere], reverse=True
    )
    assert len(console_of(world, "viewer").get("/locations.csv").text.splitlines()) == 2


def test_unhealthy_receivers_stand_over_all_locations(world: World) -> None:
    well, ill = world.config(), world.config(url="https://127.0.0.1:8443/broken")
    for _ in range(2):
        world.contact()
    with writing(db.session()):
        for delivery in db.session.scalars(db.select(Delivery)):
            is_ill = delivery.postback_config_id == ill.id
            delivery.attempts_made, delivery.state = 1, "waiting" if is_ill else "delivered"
            delivery.reason = "The receiver answered 500." if is_ill else None
    console = console_of(world, "head")
    page = console.get("/locations")
    text = text_of(page)
    assert "1 unhealthy receiver now" in text
    assert "127.0.0.1:8443 contact postback Harbour shop 2 of the last 2 deliveries did not get through." in text
    assert "The receiver answered 500." in text
    assert f"/settings/postbacks/{ill.id}" in page.text
    assert f"/settings/postbacks/{well.id}" not in page.text
    assert "The receiver answered 500." in console_of(world, "viewer").get("/locations").text
    assert "unhealthy" not in console_of(world, "stranger").get("/locations").text
    searched = console.client.get("/locations", headers={"HX-Request": "true"})
    assert "unhealthy" not in searched.text
    with writing(db.session()):
        db.session.get_one(PostbackConfig, ill.id).is_active = False
    assert "All receivers are healthy" in console.get("/locations").text


def test_where_there_are_many_receivers_the_ill_ones_are_found_by_what_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resources.unhealthy.MOST_JUDGED", 2)
    failed, retrying = (world.config(url=f"https://127.0.0.1/{name}") for name in ("failed", "retrying"))
    for number in range(3):
        world.config(url=f"https://127.0.0.1/well/{number}")
    world.contact()
    with writing(db.session()):
        for delivery in db.session.scalars(db.select(Delivery)):
            delivery.attempts_made = 1
            delivery.state = {failed.id: "failed", retrying.id: "waiting"}.get(delivery.postback_config_id, "delivered")
    page = console_of(world, "owner").get("/locations").text
    assert "2 unhealthy receivers now" in text_of(console_of(world, "owner").get("/locations"))
    assert all(f"/settings/postbacks/{config.id}" in page for config in (failed, retrying))


def test_the_facts_of_a_location_stand_under_settings(world: World) -> None:
    merchant = world.product_transaction(title="Cards here")
    with writing(db.session()):
        here = db.session.get_one(Location, world.here)
        here.address1, here.default_cc = "1 <b>Pier</b>", merchant.id
    console = console_of(world, "viewer")
    assert (
        f'href="/locations/{world.here}/settings/location"'
        in console.get(f"/locations/{world.here}/settings/postbacks").text
    )
    page = console.get(f"/locations/{world.here}/settings/location")
    for part in ("1 <b>Pier</b>", "Belongs to Head office", "America/New_York", "Cards here Default", merchant.id):
        assert part in text_of(page).replace("&lt;b&gt;", "<b>")
    assert "<b>Pier" not in page.text
