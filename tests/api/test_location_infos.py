from typing import Any

import pytest
from sqlalchemy import event

from extensions import db
from models import Location, Role, writing
from schemas.location import LOCATION_KEYS
from schemas.product_transaction import PRODUCT_TRANSACTION_KEYS
from tests.api.answered import errors_of, record_of
from tests.world import World


def names(world: World, actor: str, **query: Any) -> list[str]:
    answer = world.api(actor).get("locationinfos", sort="name", **query).get_json()
    return [location["name"] for location in answer["locationinfos"]]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({}, ["Harbour shop", "Head office", "Hill shop"]),
        ({"relationship": "all"}, ["Harbour shop", "Head office", "Hill shop"]),
        ({"relationship": "direct"}, ["Head office", "Hill shop"]),
        ({"relationship": "child"}, ["Harbour shop"]),
        ({"relationship": "all", "name": "SHOP"}, ["Harbour shop", "Hill shop"]),
    ],
)
def test_locations_by_how_they_came_in_sight(world: World, query: dict[str, str], seen: list[str]) -> None:
    with writing(db.session()):
        db.session.add(Role(user_id=world.users["head"].id, location_id=world.elsewhere, name="viewer"))
    assert names(world, "head", **query) == seen


def test_the_deposit_accounts_that_stand_are_inside(world: World) -> None:
    first, gone, last = world.product_transaction(), world.product_transaction(), world.product_transaction()
    world.api().delete(f"producttransactions/{gone.id}")
    [listed] = world.api("viewer").get("locationinfos").get_json()["locationinfos"]
    assert list(listed) == [*LOCATION_KEYS, "product_transactions", "_links"]
    assert [account["id"] for account in listed["product_transactions"]] == [first.id, last.id]
    assert list(listed["product_transactions"][0]) == list(PRODUCT_TRANSACTION_KEYS)
    assert record_of(world.api("viewer").get(f"locationinfos/{world.here}")) == listed
    assert listed["_links"]["self"]["href"].endswith(f"/v2/locationinfos/{world.here}")


def test_what_is_asked_wrongly(world: World) -> None:
    api = world.api()
    assert errors_of(api.get("locationinfos", relationship="cousin")) == {
        "relationship": ["Relationship must be one of direct, child, all."]
    }
    assert list(errors_of(api.get("locationinfos", relation="child"))) == ["relation"]
    assert list(errors_of(api.get("locations", relationship="child"))) == ["relationship"]
    assert api.get(f"locationinfos/{world.elsewhere}").status_code == 404


def test_the_accounts_of_a_whole_page_are_found_by_one_query(world: World) -> None:
    def queries() -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if "product_transactions" in statement:
                asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert world.api("head").get("locationinfos", page_size=200).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    with writing(db.session()):
        db.session.add_all([Location(parent_id=world.here, name=f"Kiosk {number}") for number in range(40)])
    world.product_transaction()
    assert queries() == 1
