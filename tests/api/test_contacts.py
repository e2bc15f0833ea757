import json
from typing import Any

import pytest
from sqlalchemy import select

from extensions import db
from models import Event
from tests.world import World, counts


def jones(world: World, **fields: object) -> dict[str, object]:
    return {"contact": {"last_name": "Jones", "location_id": world.here, **fields}}


def only_key(response: Any) -> dict[str, Any]:
    [record] = response.json.values()
    assert isinstance(record, dict)
    return record


def test_a_contacts_life(world: World) -> None:
    api = world.api()
    created = api.post("contacts", jones(world))
    assert created.status_code == 201
    path = f"contacts/{only_key(created)['id']}"
    assert only_key(api.get(path)) == only_key(created)
    changed = api.put(path, {"contact": {"first_name": "Ann"}})
    assert (changed.status_code, only_key(changed)["first_name"]) == (200, "Ann")
    patched = api.client.patch(f"/v2/{path}", json={"contact": {"first_name": None}}, headers=api.headers)
    assert (patched.status_code, only_key(patched)["first_name"]) == (200, None)
    deleted = api.delete(path)
    assert (deleted.status_code, deleted.data, deleted.headers.get("Content-Type")) == (204, b"", None)
    assert api.get(path).status_code == 404
    assert api.delete(path).status_code == 404
    assert api.put(path, {"contact": {}}).status_code == 409
    assert [event.type for event in events()] == ["CREATE", "UPDATE", "UPDATE", "DELETE"]


def test_the_postback_carries_what_the_api_answers(world: World) -> None:
    world.config()
    answered = only_key(world.api().post("contacts", jones(world, city="Århus", contact_balance="12.50")))
    del answered["_links"]
    [event] = events()
    assert json.loads(event.data) == answered
    assert list(json.loads(event.data)) == list(answered)


def test_the_request_id_goes_with_the_event(world: World) -> None:
    response = world.api().post("contacts", jones(world))
    assert [event.request_id for event in events()] == [response.headers["X-Request-Id"]]


def test_update_if_exists_answers_200(world: World) -> None:
    fields = jones(world, contact_api_id="A1", update_if_exists=1)
    first, second = world.api().post("contacts", fields), world.api().post("contacts", fields)
    assert (first.status_code, second.status_code) == (201, 200)
    assert only_key(first)["id"] == only_key(second)["id"]
    refused = world.api().post("contacts", jones(world, contact_api_id="A1"))
    assert (refused.status_code, list(only_key_errors(refused))) == (422, ["contact_api_id"])


def test_an_answer_may_be_sent_back(world: World) -> None:
    api = world.api()
    record = only_key(api.post("contacts", jones(world, header_message_type=3)))
    assert api.put(f"contacts/{record['id']}", {"contact": record}).status_code == 200


def test_what_may_be_embedded(world: World) -> None:
    world.config()
    record = only_key(world.api().post("contacts", jones(world), expand="postback_logs,location,created_user"))
    assert list(record)[-4:] == ["postback_logs", "location", "created_user", "_links"]
    [log] = record["postback_logs"]
    assert list(log) == [
        "id",
        "postback_config_id",
        "changelog_id",
        "postback_status_id",
        "http_verb",
        "next_run_ts",
        "created_ts",
        "model",
        "model_id",
    ]
    assert (log["model"], log["model_id"], log["postback_status_id"]) == ("Contact", record["id"], 1)


def test_an_unknown_expand_writes_nothing(world: World) -> None:
    before = counts()
    assert world.api().post("contacts", jones(world), expand="secrets").status_code == 422
    assert counts() == before


@pytest.mark.parametrize(
    ("name", "status"),
    [("head", 200), ("owner", 200), ("operator", 200), ("program", 200), ("viewer", 403), ("stranger", 404)],
)
def test_who_may_change_a_contact(world: World, name: str, status: int) -> None:
    contact, before = world.contact(), counts()
    response = world.api(name).put(f"contacts/{contact.id}", {"contact": {"city": "Oslo"}})
    assert response.status_code == status
    assert (counts() == before) is (status != 200)


@pytest.mark.parametrize(("name", "status"), [("owner", 201), ("viewer", 403), ("stranger", 422)])
def test_who_may_create_a_contact(world: World, name: str, status: int) -> None:
    assert world.api(name).post("contacts", jones(world)).status_code == status


@pytest.mark.parametrize(("name", "status"), [("owner", 200), ("viewer", 200), ("stranger", 404)])
def test_who_may_read_a_contact(world: World, name: str, status: int) -> None:
    contact = world.contact()
    assert world.api(name).get(f"contacts/{contact.id}").status_code == status


def test_foreign_and_missing_are_answered_alike(world: World) -> None:
    contact, api = world.contact(), world.api("stranger")
    foreign, missing = (api.get(f"contacts/{id_}").json for id_ in (contact.id, "missing"))
    assert foreign is not None
    assert missing is not None
    assert {**foreign, "request_id": ""} == {**missing, "request_id": ""}


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.id)))


def only_key_errors(response: Any) -> dict[str, list[str]]:
    found = response.json["errors"]
    assert isinstance(found, dict)
    return found
