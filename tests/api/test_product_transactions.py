from typing import Any

import pytest
from sqlalchemy import select

from extensions import db
from models import AuditEntry, Event, Location, writing
from schemas.product_transaction import PRODUCT_TRANSACTION_KEYS
from tests.api.answered import errors_of, record_of
from tests.payments import MERCHANT, open_accounts, pay
from tests.world import World


def cards(world: World, **fields: object) -> dict[str, object]:
    return {
        "producttransaction": {"location_id": world.here, "payment_method": "cc", "title": "Cards", **fields},
    }


def test_a_product_transactions_life(world: World) -> None:
    api = world.api()
    made = record_of(api.post("producttransactions", cards(world)), 201)
    assert list(made) == [*PRODUCT_TRANSACTION_KEYS, "_links"]
    assert (made["payment_method"], made["title"], made["active"]) == ("cc", "Cards", True)
    assert made["created_ts"] == made["modified_ts"]
    path = f"producttransactions/{made['id']}"
    assert record_of(api.get(path)) == made
    assert record_of(api.put(path, {"producttransaction": {"title": "Till", "active": "0"}}))["active"] is False
    assert [
        one["title"] for one in api.get("producttransactions", payment_method="cc").get_json()["producttransactions"]
    ] == ["Till"]
    assert api.get("producttransactions", payment_method="c").get_json()["producttransactions"] == []
    assert api.delete(path).status_code == 204
    assert [api.get(path).status_code, api.delete(path).status_code] == [404, 404]
    assert api.put(path, {"producttransaction": {}}).status_code == 409


def test_it_is_audited_and_no_event(world: World) -> None:
    made_id = world.product_transaction().id
    path = f"producttransactions/{made_id}"
    world.api().put(path, {"producttransaction": {"title": "Till"}})
    world.api().delete(path)
    db.session.rollback()
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.resource, entry.record_id) for entry in found] == [
        (action, "producttransaction", made_id) for action in ("create", "update", "delete")
    ]
    assert found[1].changes == {"title": ["Cards", "Till"]}
    assert db.session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"location_id": None}, {"location_id": ["Location Id cannot be blank."]}),
        ({"location_id": "none"}, {"location_id": ["location_id provided is not valid"]}),
        ({"location_id": "elsewhere-of-the-tests"}, {"location_id": ["location_id provided is not valid"]}),
        ({"payment_method": ""}, {"payment_method": ["Payment Method cannot be blank."]}),
        ({"payment_method": "cash"}, {"payment_method": ["Payment Method must be one of cc, ach."]}),
        ({"payment_method": ["cc"]}, {"payment_method": ["Payment Method must be one of cc, ach."]}),
        ({"title": " "}, {"title": ["Title cannot be blank."]}),
        ({"title": "a" * 65}, {"title": ["Title must be at most 64 characters."]}),
        ({"active": "yes"}, {"active": ["Active must be 1 or 0."]}),
        ({"colour": "red"}, {"colour": ["colour is not a known field."]}),
    ],
)
def test_what_breaks_a_rule_is_named(world: World, fields: dict[str, Any], errors: dict[str, list[str]]) -> None:
    assert errors_of(world.api().post("producttransactions", cards(world, **fields))) == errors


def test_place_and_payment_method_stay(world: World) -> None:
    path = f"producttransactions/{world.product_transaction('head').id}"
    change = {"payment_method": "ach", "location_id": world.elsewhere}
    assert errors_of(world.api("head").put(path, {"producttransaction": change})) == {
        "location_id": ["Location Id cannot be changed."],
        "payment_method": ["Payment Method cannot be changed."],
    }


@pytest.mark.parametrize(
    ("name", "reads", "writes"),
    [("head", 200, 200), ("owner", 200, 200), ("operator", 200, 403), ("viewer", 200, 403), ("stranger", 404, 404)],
)
def test_who_may_do_what(world: World, name: str, reads: int, writes: int) -> None:
    path, api = f"producttransactions/{world.product_transaction().id}", world.api(name)
    assert api.get(path).status_code == reads
    assert api.put(path, {"producttransaction": {"title": "Till"}}).status_code == writes
    assert api.delete(path).status_code == (204 if writes == 200 else writes)


def test_foreign_and_missing_are_answered_alike(world: World) -> None:
    made, api = world.product_transaction(), world.api("stranger")
    foreign, missing = (api.get(f"producttransactions/{id_}").get_json() for id_ in (made.id, "missing"))
    assert {**foreign, "request_id": ""} == {**missing, "request_id": ""}


def test_what_is_referred_to_is_not_deleted(world: World) -> None:
    made = world.product_transaction()
    config = world.config(resource="transaction", product_transaction_id=made.id)
    with writing(db.session()):
        db.session.get_one(Location, world.here).default_cc = made.id
    refused = world.api().delete(f"producttransactions/{made.id}")
    assert refused.status_code == 409
    assert refused.get_json()["message"] == (
        "It cannot be deleted while something refers to it: a location's default_cc or default_ach "
        f"({world.here}), a postback config ({config.id}). Turn active off instead."
    )
    world.api().delete(f"postbackconfigs/{config.id}")
    assert world.api().delete(f"producttransactions/{made.id}").status_code == 409
    with writing(db.session()):
        db.session.get_one(Location, world.here).default_cc = None
    assert world.api().delete(f"producttransactions/{made.id}").status_code == 204


def test_what_was_paid_by_is_not_deleted(world: World) -> None:
    open_accounts(world)
    pay(world.api(), action="authonly")  # in no batch
    with writing(db.session()):
        db.session.get_one(Location, world.here).default_cc = None
    path = f"producttransactions/{MERCHANT}"
    refused = world.api().delete(path)
    assert refused.status_code == 409
    assert "a transaction (" in refused.get_json()["message"]
    assert "a transaction batch (" not in refused.get_json()["message"]
    pay(world.api(), product_transaction_id=MERCHANT)
    assert "a transaction batch (" in world.api().delete(path).get_json()["message"]


def test_its_location_may_be_embedded(world: World) -> None:
    made = record_of(world.api().post("producttransactions", cards(world), expand="location"), 201)
    assert made["location"]["name"] == "Harbour shop"
