import json
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from config import Settings
from extensions import db
from models import Contact, Delivery, Event, Location, writing
from resources.contacts import (
    CONTACTS,
    create_contact,
    create_or_update_contact,
    delete_contact,
    update_contact,
)
from schemas.contact import CONTACT_KEYS, contact_shape
from schemas.refusals import Forbidden, Gone, Invalid, NotFound
from tests.world import World, counts


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.id)))


def errors_of(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, list[str]]:
    return refused.value.errors


def test_creating_promises_one_postback_for_each_config_that_asks(world: World) -> None:
    asked, also_asked = world.config(), world.config()
    world.config(on_create="0")
    world.config("stranger", location_id=world.elsewhere)
    contact = world.contact()
    [event] = events()
    assert (event.type, event.resource, event.record_id) == ("CREATE", "contact", contact.id)
    assert (event.location_id, event.request_id) == (world.here, "request-of-a-test")
    deliveries = db.session.scalars(select(Delivery)).all()
    assert {delivery.postback_config_id for delivery in deliveries} == {asked.id, also_asked.id}


def test_the_frozen_data_is_the_answered_shape_as_compact_json(world: World) -> None:
    contact = world.contact(first_name="Zoë", date_of_birth="1990-12-31", header_message_type=2)
    [event] = events()
    assert event.data == json.dumps(contact_shape(contact), ensure_ascii=False, separators=(",", ":"))
    assert tuple(json.loads(event.data)) == CONTACT_KEYS
    assert json.loads(event.data)["header_message_type_id"] == 2


def test_updating_changes_what_was_given_and_nothing_else(world: World) -> None:
    contact = world.contact(first_name="Ann", city="Oslo", email_trx_receipt=1)
    before = contact_shape(contact)
    after = contact_shape(update_contact(world.actor("operator"), contact.id, {"city": "", "state": "MI"}))
    changed = {key for key in CONTACT_KEYS if before[key] != after[key]} - {"modified_ts"}
    assert changed == {"city", "state"}
    assert after["city"] is None
    assert [event.type for event in events()] == ["CREATE", "UPDATE"]
    assert json.loads(events()[1].data) == after


def test_deleting_tells_the_last_state_and_leaves_nothing_to_read(world: World) -> None:
    contact = world.contact(first_name="Ann")
    delete_contact(world.actor("owner"), contact.id)
    [_, event] = events()
    assert (event.type, json.loads(event.data)["first_name"]) == ("DELETE", "Ann")
    with pytest.raises(NotFound):
        CONTACTS.get(world.actor("owner"), contact.id)
    with pytest.raises(NotFound):
        delete_contact(world.actor("owner"), contact.id)
    with pytest.raises(Gone):
        update_contact(world.actor("owner"), contact.id, {"first_name": "Eve"})
    assert db.session.scalars(CONTACTS.in_sight(world.actor("owner"))).all() == []


def test_the_read_only_fields_of_an_answer_may_come_back(world: World) -> None:
    contact = world.contact()
    again = update_contact(world.actor("owner"), contact.id, {**contact_shape(contact), "_links": {}})
    assert contact_shape(again) | {"modified_ts": 0} == contact_shape(contact) | {"modified_ts": 0}


def test_a_contact_stays_in_its_location(world: World) -> None:
    contact = world.contact("head")
    with pytest.raises(Invalid) as refused:
        update_contact(world.actor("head"), contact.id, {"location_id": world.elsewhere})
    assert errors_of(refused) == {"location_id": ["Location Id cannot be changed."]}
    assert update_contact(world.actor("head"), contact.id, {"location_id": world.here}).location_id == world.here


def test_a_contact_api_id_is_taken_once_in_a_location(world: World) -> None:
    first, other = world.contact(contact_api_id="A1"), world.contact(contact_api_id="A2")
    world.contact("stranger", contact_api_id="A1", location_id=world.elsewhere)
    taken = {"contact_api_id": ["Contact Api Id has already been taken."]}
    with pytest.raises(Invalid) as refused:
        world.contact(contact_api_id="A1")
    assert errors_of(refused) == taken
    with pytest.raises(Invalid) as refused:
        update_contact(world.actor("owner"), other.id, {"contact_api_id": "A1"})
    assert errors_of(refused) == taken
    update_contact(world.actor("owner"), first.id, {"contact_api_id": "A1", "city": "Oslo"})
    delete_contact(world.actor("owner"), first.id)
    assert world.contact(contact_api_id="A1").id != first.id


def test_update_if_exists_updates_what_is_there(world: World) -> None:
    there = world.contact(contact_api_id="A1", first_name="Ann")
    fields: dict[str, Any] = {"location_id": world.here, "last_name": "Jansen", "contact_api_id": "A1"}
    contact, created = create_or_update_contact(world.actor("owner"), {**fields, "update_if_exists": 1})
    assert (contact.id, created) == (there.id, False)
    assert (contact.first_name, contact.last_name) == ("Ann", "Jansen")
    assert [event.type for event in events()] == ["CREATE", "UPDATE"]
    fields["contact_api_id"] = "A2"
    _, created = create_or_update_contact(world.actor("owner"), {**fields, "update_if_exists": 1})
    assert created


def test_the_location_says_whether_receipts_are_sent_by_default(world: World) -> None:
    with writing(db.session()):
        db.session.get_one(Location, world.here).contact_email_trx_receipt_default = True
    assert world.contact().email_trx_receipt is True
    assert world.contact(email_trx_receipt="0").email_trx_receipt is False


def test_what_a_config_asks_to_have_embedded_is_embedded(world: World) -> None:
    world.config(expands="location,created_user,postback_logs")
    contact = world.contact()
    update_contact(world.actor("owner"), contact.id, {"city": "Oslo"})
    first, second = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    data = json.loads(second.data or "")
    assert list(data) == [*CONTACT_KEYS, "location", "created_user", "postback_logs"]
    assert data["location"]["name"] == "Harbour shop"
    assert data["created_user"] == {
        "id": world.users["owner"].id,
        "username": world.users["owner"].username,
        "first_name": "Owner",
        "last_name": "Tester",
    }
    assert [log["id"] for log in data["postback_logs"]] == [first.id]
    assert data["postback_logs"][0]["model_id"] == contact.id
    assert list(json.loads(events()[1].data)) == list(CONTACT_KEYS)


@pytest.mark.parametrize("name", ["head", "owner", "operator", "program"])
def test_who_may_write(world: World, name: str) -> None:
    contact = world.contact(name)
    assert update_contact(world.actor(name), contact.id, {"city": "Oslo"}).city == "Oslo"
    delete_contact(world.actor(name), contact.id)


def test_a_viewer_reads_and_changes_nothing(world: World) -> None:
    contact = world.contact()
    before = counts()
    assert CONTACTS.get(world.actor("viewer"), contact.id).id == contact.id
    for change in (
        lambda: create_contact(world.actor("viewer"), {}),
        lambda: update_contact(world.actor("viewer"), contact.id, {"city": 1}),
        lambda: delete_contact(world.actor("viewer"), contact.id),
    ):
        with pytest.raises(Forbidden):
            change()
    assert counts() == before


def test_a_stranger_cannot_tell_a_foreign_contact_from_none(world: World) -> None:
    contact, gone = world.contact(), world.contact()
    delete_contact(world.actor("owner"), gone.id)
    before, stranger = counts(), world.actor("stranger")
    for contact_id in (contact.id, gone.id, "no-such-contact", "", "a\x00b", "a" * 500):
        for act in (
            lambda id_: CONTACTS.get(stranger, id_),
            lambda id_: update_contact(stranger, id_, {"city": 1}),
            lambda id_: delete_contact(stranger, id_),
        ):
            with pytest.raises(NotFound):
                act(contact_id)
    assert db.session.scalars(CONTACTS.in_sight(stranger)).all() == []
    assert counts() == before


@pytest.mark.parametrize("location_id", ["elsewhere-of-the-tests", "root-of-the-tests", "no-such-location"])
def test_a_location_out_of_sight_is_not_valid(world: World, location_id: str) -> None:
    before = counts()
    with pytest.raises(Invalid) as refused:
        world.contact(location_id=location_id)
    assert errors_of(refused) == {"location_id": ["location_id provided is not valid"]}
    assert counts() == before


def test_a_refused_change_leaves_nothing(world: World) -> None:
    contact = world.contact(city="Oslo")
    before = counts()
    with pytest.raises(Invalid):
        update_contact(world.actor("owner"), contact.id, {"city": "Bergen", "last_name": ""})
    assert counts() == before
    assert db.session.get_one(Contact, contact.id).city == "Oslo"


def test_a_payload_that_is_too_large_takes_the_contact_with_it(world: World, settings: Settings) -> None:
    settings.max_payload_bytes = 100
    before = counts()
    with pytest.raises(Invalid) as refused:
        world.contact()
    assert list(errors_of(refused)) == ["data"]
    assert counts() == before


def test_ids_sort_by_creation_and_both_times_agree(world: World) -> None:
    contacts = [world.contact() for _ in range(5)]
    assert all(one.id < other.id for one, other in pairwise(contacts))
    assert all(contact.created_ts == contact.modified_ts for contact in contacts)
