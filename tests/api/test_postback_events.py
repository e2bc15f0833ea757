import json
from typing import Any

import pytest

from config import Settings
from tests.api.publishing import ANSWERED, deliveries, errors, events, invoice, publish, publish_batch
from tests.world import World, counts


def test_an_event_is_published_and_promised(world: World) -> None:
    config = world.config(resource="invoice")
    world.config()
    raw = json.dumps({"postbackevent": {**invoice(world), "data": {"sum": "12.50", "id": "I-1", "note": "Zoë"}}})
    client, headers = world.app.test_client(), world.headers("program")
    answer = client.post("/v2/postbackevents", data=raw, headers=headers, content_type="application/json")
    assert answer.status_code == 201
    told = answer.get_json()["postbackevent"]
    assert list(told) == ANSWERED
    [event] = events()
    assert (told["id"], told["record_id"], told["deliveries"], told["skipped_reason"]) == (event.id, "I-1", 1, None)
    assert event.data == '{"sum":"12.50","id":"I-1","note":"Zoë"}'
    assert (event.type, event.resource, event.location_id) == ("CREATE", "invoice", world.here)
    assert event.request_id == answer.headers["X-Request-Id"]
    [delivery] = deliveries()
    assert (delivery.postback_config_id, delivery.event_id, delivery.state) == (config.id, event.id, "waiting")
    shown = world.api("viewer").get(f"postbackevents/{event.id}")
    assert (shown.status_code, shown.get_json()) == (200, answer.get_json())
    assert told["_links"]["self"]["href"].endswith(f"/v2/postbackevents/{event.id}")


def test_an_event_that_nobody_asked_for_is_kept_and_says_so(world: World) -> None:
    world.config(resource="invoice", is_active="0")
    told = publish(world).get_json()["postbackevent"]
    assert (told["deliveries"], told["skipped_reason"]) == (0, "inactive_config")
    assert len(events()) == 1


@pytest.mark.parametrize(
    ("fields", "record_id"),
    [
        ({"data": {"id": 12}}, "12"),
        ({"data": {"id": "x"}, "record_id": "y"}, "y"),
        ({"data": {}, "record_id": 7}, "7"),
    ],
)
def test_the_record_is_named_by_its_data_or_beside_it(world: World, fields: dict[str, Any], record_id: str) -> None:
    assert publish(world, **fields).get_json()["postbackevent"]["record_id"] == record_id


def test_built_in_resources_may_be_published_too(world: World) -> None:
    id_ = world.product_transaction().id
    world.config(resource="transaction", product_transaction_id=id_)
    told = publish(world, resource="transaction", product_transaction_id=id_).get_json()["postbackevent"]
    assert (told["deliveries"], told["product_transaction_id"]) == (1, id_)
    assert publish(world, number=2, resource="contact").status_code == 201


BROKEN: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"location_id": None}, {"location_id": "Location Id cannot be blank."}),
    ({"location_id": "unknown"}, {"location_id": "location_id provided is not valid"}),
    ({"resource": "order"}, {"resource": "Resource must be one of"}),
    ({"resource": None}, {"resource": "Resource cannot be blank."}),
    ({"type": "create"}, {"type": "Type must be CREATE, UPDATE or DELETE."}),
    ({"type": ["CREATE"]}, {"type": "Type must be CREATE, UPDATE or DELETE."}),
    ({"type": None}, {"type": "Type cannot be blank."}),
    ({"data": None}, {"data": "Data cannot be blank."}),
    ({"data": [1]}, {"data": "Data must be an object."}),
    ({"data": "{}"}, {"data": "Data must be an object."}),
    ({"data": {}}, {"record_id": "Record Id cannot be blank."}),
    ({"data": {"id": None}}, {"record_id": "Record Id cannot be blank."}),
    ({"data": {"id": {}}}, {"record_id": "Record Id must be text."}),
    ({"data": {"id": True}}, {"record_id": "Record Id must be text."}),
    ({"data": {"id": 10**30}}, {"record_id": "Record Id must be text."}),
    ({"data": {"id": "x" * 65}}, {"record_id": "Record Id must be at most 64 characters."}),
    ({"data": {"id": 1, "a": "\ud800"}}, {"data": "The record's data contains characters that cannot be sent."}),
    ({"idempotency_id": "x" * 65}, {"idempotency_id": "Idempotency Id must be at most 64 characters."}),
    ({"idempotency_id": 5}, {"idempotency_id": "Idempotency Id must be text."}),
    ({"resource": "transaction"}, {"product_transaction_id": "Product Transaction Id cannot be blank."}),
    (
        {"resource": "contact", "product_transaction_id": "x"},
        {"product_transaction_id": "Product Transaction Id does not apply to contact."},
    ),
    ({"more": 1}, {"more": "more is not a known field."}),
]


def test_what_breaks_a_rule_is_named_and_nothing_is_written(world: World) -> None:
    before = counts()
    for fields, expected in BROKEN:
        found = errors(publish(world, **fields))
        assert found.keys() == expected.keys(), fields
        assert all(found[name][0].startswith(says) for name, says in expected.items()), found
        in_batch = errors(publish_batch(world, [invoice(world, 8), invoice(world, 9, **fields)]))
        assert in_batch == {f"postbackevents[1].{name}": says for name, says in found.items()}
    assert counts() == before


def test_a_payload_has_its_limit(world: World, settings: Settings) -> None:
    settings.max_payload_bytes = 1024
    fits = "x" * (1024 - len('{"id":1,"a":""}'))
    assert publish(world, data={"id": 1, "a": fits}).status_code == 201
    refused = errors(publish(world, number=2, data={"id": 1, "a": fits + "x"}))
    assert refused == {"data": ["The record's data is larger than 1024 bytes."]}


def test_the_same_event_again_is_answered_as_the_first_time(world: World) -> None:
    config = world.config(resource="invoice")
    first = publish(world)
    world.config(resource="invoice")
    again = publish(world)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    [delivery] = deliveries()
    assert (delivery.postback_config_id, len(events())) == (config.id, 1)


def test_without_an_idempotency_id_every_event_is_another(world: World) -> None:
    ids = {publish(world, idempotency_id=None).get_json()["postbackevent"]["id"] for _ in range(2)}
    assert len(ids) == len(events()) == 2


@pytest.mark.parametrize(
    "other",
    [{"data": {"id": "I-1", "sum": 2}}, {"type": "UPDATE"}, {"resource": "contact"}, {"record_id": "other"}],
    ids=["data", "type", "resource", "record"],
)
def test_another_event_under_the_same_id_is_refused(world: World, other: dict[str, Any]) -> None:
    world.config(resource="invoice")
    publish(world)
    before = counts()
    says = ["Idempotency Id has been used for an event with other content."]
    assert errors(publish(world, **other)) == {"idempotency_id": says}
    batch = [invoice(world, 5), invoice(world, 1, **other), invoice(world, 6)]
    assert errors(publish_batch(world, batch)) == {"postbackevents[1].idempotency_id": says}
    assert counts() == before


def test_an_idempotency_id_holds_at_its_location_for_its_developer(world: World) -> None:
    assert publish(world).status_code == 201
    assert publish(world, "head", location_id=world.elsewhere).status_code == 201
    assert len(events()) == 2


@pytest.mark.parametrize(
    ("name", "status"),
    [("head", 201), ("owner", 201), ("operator", 201), ("program", 201), ("viewer", 403), ("stranger", 422)],
)
def test_who_may_publish(world: World, name: str, status: int) -> None:
    before = counts()
    assert publish(world, name).status_code == status
    assert publish_batch(world, [invoice(world, 2)], name).status_code == status
    assert (counts() == before) is (status != 201)


def test_a_foreign_location_is_answered_like_an_unknown_one(world: World) -> None:
    answers = [errors(publish(world, "stranger", location_id=place)) for place in (world.here, "unknown")]
    assert answers[0] == answers[1] == {"location_id": ["location_id provided is not valid"]}


@pytest.mark.parametrize(("name", "status"), [("owner", 200), ("viewer", 200), ("head", 200), ("stranger", 404)])
def test_who_may_see_an_event(world: World, name: str, status: int) -> None:
    event_id = publish(world).get_json()["postbackevent"]["id"]
    assert world.api(name).get(f"postbackevents/{event_id}").status_code == status
    assert world.api(name).get("postbackevents/none").status_code == 404
