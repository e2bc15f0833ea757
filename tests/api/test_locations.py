from typing import Any

import pytest
from sqlalchemy import select

from extensions import db
from models import AuditEntry, Event, Location
from resources.postback_configs import delete_postback_config
from schemas.location import LOCATION_KEYS
from tests.api.answered import errors_of, record_of
from tests.world import World, counts


def names(world: World, actor: str, **query: Any) -> list[str]:
    response = world.api(actor).get("locations", sort="name", **query)
    assert response.json is not None
    return [location["name"] for location in response.json["locations"]]


def shop(world: World, **fields: object) -> dict[str, object]:
    return {"location": {"parent_id": world.here, "name": "Kiosk", **fields}}


def made_by(world: World, actor: str = "owner", **fields: object) -> str:
    return str(record_of(world.api(actor).post("locations", shop(world, **fields)), 201)["id"])


def test_locations_in_sight_are_listed(world: World) -> None:
    assert names(world, "head") == ["Harbour shop", "Head office", "Hill shop"]
    assert names(world, "viewer") == ["Harbour shop"]
    assert names(world, "stranger") == ["Hill shop"]


def test_locations_are_searched(world: World) -> None:
    made_by(world, account_number="A-1", location_api_id="K1")
    made_by(world, name="Other kiosk", account_number="A-10", location_api_id="K10")
    assert names(world, "head", name="SHOP") == ["Harbour shop", "Hill shop"]
    assert names(world, "head", id=world.here) == ["Harbour shop"]
    assert names(world, "head", parent_id=world.root, name="hill") == ["Hill shop"]
    assert names(world, "head", account_number="A-1") == ["Kiosk"]
    assert names(world, "owner", location_api_id="K1") == ["Kiosk"]
    assert names(world, "stranger", location_api_id="K1") == []


def test_a_locations_life(world: World) -> None:
    api = world.api()
    made = record_of(api.post("locations", shop(world, id="mine", tz="Europe/Oslo")), 201)
    assert list(made) == [*LOCATION_KEYS, "_links"]
    assert (made["parent_id"], made["tz"], made["id"] == "mine") == (world.here, "Europe/Oslo", False)
    assert made["created_ts"] == made["modified_ts"]
    path = f"locations/{made['id']}"
    assert record_of(api.get(path)) == made
    assert record_of(api.put(path, {"location": {"city": "Oslo"}}))["city"] == "Oslo"
    assert record_of(api.put(path, {"location": made}))["city"] is None
    assert api.delete(path).status_code == 204
    assert [api.get(path).status_code, api.delete(path).status_code] == [404, 404]
    assert api.put(path, {"location": {}}).status_code == 409
    assert names(world, "owner") == ["Harbour shop"]


def test_one_location(world: World) -> None:
    response = world.api("viewer").get(f"locations/{world.here}")
    assert response.json is not None
    assert list(response.json["location"]) == [*LOCATION_KEYS, "_links"]


@pytest.mark.parametrize("location_id", ["root-of-the-tests", "elsewhere-of-the-tests", "none", "%00", "a" * 400])
def test_a_location_out_of_sight(world: World, location_id: str) -> None:
    api, path = world.api("owner"), f"locations/{location_id}"
    assert api.get(path).status_code == 404
    assert api.put(path, {"location": {"name": "Mine"}}).status_code == 404
    assert api.delete(path).status_code == 404


def test_it_is_audited_and_no_event(world: World) -> None:
    made = made_by(world)
    world.api().put(f"locations/{made}", {"location": {"name": "Stall"}})
    world.api().delete(f"locations/{made}")
    db.session.rollback()
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.resource, entry.record_id, entry.location_id) for entry in found] == [
        (action, "location", made, made) for action in ("create", "update", "delete")
    ]
    assert found[1].changes == {"name": ["Kiosk", "Stall"]}
    assert db.session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("name", "creates", "changes"),
    [("head", 201, 200), ("owner", 201, 200), ("operator", 403, 403), ("viewer", 403, 403), ("stranger", 422, 404)],
)
def test_who_may_do_what(world: World, name: str, creates: int, changes: int) -> None:
    made, api = made_by(world), world.api(name)
    assert api.post("locations", shop(world)).status_code == creates
    assert api.put(f"locations/{made}", {"location": {"name": "Stall"}}).status_code == changes
    assert api.delete(f"locations/{made}").status_code == (204 if changes == 200 else changes)


def test_who_made_a_location_acts_in_it_at_once(world: World) -> None:
    made = made_by(world)
    contact = {"contact": {"location_id": made, "last_name": "Lue"}}
    assert world.api("program").post("contacts", contact).status_code == 201
    assert world.api("stranger").post("contacts", contact).status_code == 422


def test_a_location_api_id_is_taken_once_below_a_parent(world: World) -> None:
    api, taken = world.api("head"), {"location_api_id": ["Location Api Id has already been taken below this parent."]}
    first, other = made_by(world, location_api_id="K1"), made_by(world, location_api_id="K2")
    elsewhere = made_by(world, "stranger", parent_id=world.elsewhere, location_api_id="K1")
    assert errors_of(api.post("locations", shop(world, location_api_id="K1"))) == taken
    assert errors_of(api.put(f"locations/{other}", {"location": {"location_api_id": "K1"}})) == taken
    assert errors_of(api.put(f"locations/{elsewhere}", {"location": {"parent_id": world.here}})) == taken
    assert api.delete(f"locations/{first}").status_code == 204
    record_of(api.put(f"locations/{other}", {"location": {"location_api_id": "K1"}}))


def test_a_default_is_a_product_transaction_of_the_location(world: World) -> None:
    api, path = world.api("head"), f"locations/{world.here}"
    cards, bank = world.product_transaction(), world.product_transaction(payment_method="ach")
    foreign = world.product_transaction("stranger", location_id=world.elsewhere)
    gone = world.product_transaction()
    api.delete(f"producttransactions/{gone.id}")
    given = {"default_cc": cards.id, "default_ach": bank.id}
    assert given.items() <= record_of(api.put(path, {"location": given})).items()
    for wrong in (bank.id, foreign.id, gone.id, "none"):
        refused = errors_of(api.put(path, {"location": {"default_cc": wrong}}))
        assert refused == {"default_cc": ["default_cc provided is not valid"]}
    assert errors_of(api.post("locations", shop(world, default_ach=bank.id))) == {
        "default_ach": ["default_ach provided is not valid"]
    }
    assert record_of(api.put(path, {"location": {"default_cc": None}}))["default_cc"] is None


def test_what_has_children_is_not_deleted(world: World) -> None:
    api = world.api("head")
    child, contact, vault = made_by(world), world.contact(), world.vault()
    config, cards = world.config(), world.product_transaction()
    refused = api.delete(f"locations/{world.here}")
    assert refused.status_code == 409
    assert refused.get_json()["message"] == (
        f"It cannot be deleted while something refers to it: a location ({child}), a postback config ({config.id}), "
        f"a contact ({contact.id}), an account vault ({vault.id}), a product transaction ({cards.id}). "
        "Delete or move what is there first."
    )
    delete_postback_config(world.actor("owner"), config.id)
    parts = (("locations", child), ("contacts", contact.id), ("accountvaults", vault.id))
    for path, id_ in (*parts, ("producttransactions", cards.id)):
        assert api.delete(f"locations/{world.here}").status_code == 409
        assert api.delete(f"{path}/{id_}").status_code == 204
    assert api.delete(f"locations/{world.here}").status_code == 204


def test_the_root_stays(world: World) -> None:
    made_by(world)
    api = world.api("head")
    assert api.delete(f"locations/{world.root}").get_json()["message"] == (
        "The root cannot be deleted: everything lies below it."
    )
    assert record_of(api.put(f"locations/{world.root}", {"location": {"name": "Head"}}))["parent_id"] is None
    refused = api.put(f"locations/{world.root}", {"location": {"parent_id": world.here}})
    assert errors_of(refused) == {"parent_id": ["Parent Id cannot be the location itself or one below it."]}


def test_nothing_comes_to_a_deleted_location_and_its_history_stays(world: World) -> None:
    made, api = made_by(world), world.api()
    contact = world.contact(location_id=made)
    api.delete(f"contacts/{contact.id}")
    assert api.delete(f"locations/{made}").status_code == 204
    before = counts()
    cards = {"location_id": made, "payment_method": "cc"}
    not_valid = {"location_id": ["location_id provided is not valid"]}
    for path, record in {
        "contacts": {"contact": {"location_id": made, "last_name": "Lue"}},
        "producttransactions": {"producttransaction": {**cards, "title": "x"}},
        "accountvaults": {"accountvault": {**cards, "account_number": "4" * 16, "exp_date": "1230"}},
        "postbackevents": {
            "postbackevent": {"location_id": made, "resource": "invoice", "type": "CREATE", "data": {"id": "1"}}
        },
        "postbackconfigs": {
            "postbackconfig": {
                "location_id": made,
                "resource": "contact",
                "on_create": 1,
                "on_update": 1,
                "on_delete": 1,
                "url": "https://127.0.0.1/receiver",
            }
        },
    }.items():
        assert errors_of(api.post(path, record)) == not_valid, path
    refused = api.post("locations", shop(world, parent_id=made))
    assert errors_of(refused) == {"parent_id": ["parent_id provided is not valid"]}
    assert counts() == before
    assert db.session.scalars(select(Event.location_id).where(Event.location_id == made)).all() == [made, made]
    assert db.session.get_one(Location, made).deleted_ts is not None


def test_the_country_of_a_location(world: World) -> None:
    refused = world.api().post("locations", shop(world, country="MEX"))
    assert errors_of(refused) == {"country": ["Country must be one of USA, CAN."]}
