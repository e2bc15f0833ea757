"""/openapi.json: every route is in it, and it can be read without credentials."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask

from api.openapi.document import METHODS, document, routes
from api.openapi.inputs import body_schema
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def told(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    read: dict[str, Any] = answer.get_json()
    return read


def operations(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in told["paths"].values():
        yield from methods.values()


def test_every_route_says_what_it_does(app: Flask, told: dict[str, Any]) -> None:
    count = sum(len((rule.methods or set()) & set(METHODS)) for rule in app.url_map.iter_rules() if "/v2/" in rule.rule)
    assert sum(1 for _ in operations(told)) == count == len(list(routes(app)))


def test_a_route_that_says_nothing_is_named(app: Flask) -> None:
    other, door = Flask(__name__), Blueprint("v2", __name__, url_prefix="/v2")

    @door.get("/mute")
    def mute() -> str:
        return ""

    other.register_blueprint(door)
    with pytest.raises(LookupError, match="mute does not say what it does"):
        list(routes(other))


def test_names_are_used_once(told: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(told)]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere(told: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for child in node.values():
                yield from references(child)
        elif isinstance(node, list):
            for child in node:
                yield from references(child)

    found = set(references(told))
    assert found
    for reference in found:
        place: Any = told
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_what_is_new_leads_to_what_can_be_done_with_it(told: dict[str, Any]) -> None:
    links = told["paths"]["/v2/contacts"]["post"]["responses"]["201"]["links"]
    assert {"getContact", "updateContact", "deleteContact"} <= links.keys()
    assert links["getContact"]["parameters"] == {"record_id": "$response.body#/contact/id"}


def test_a_deployments_own_resources_are_offered(told: dict[str, Any]) -> None:
    body = told["paths"]["/v2/postbackconfigs"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "invoice" in body["properties"]["postbackconfig"]["properties"]["resource"]["enum"]


def test_every_example_is_taken(world: World) -> None:
    account = world.product_transaction()
    world.api().put(f"locations/{world.here}", {"location": {"default_cc": account.id}})
    for route in routes(world.app):
        body = route.operation.body
        if body is None or route.names or route.operation.signs_in:
            continue
        assert body.example, route.id
        given = [dict(body.example)] if body.most else dict(body.example)
        answer = world.api().post(route.path.removeprefix("/v2/"), {body.key: given})
        assert answer.status_code in {200, 201}, (route.id, answer.text)
        assert set(body.example) <= set(_fields(body_schema(body), body.most))


def _fields(schema: dict[str, Any], most: int) -> dict[str, Any]:
    [held] = schema["properties"].values()
    found: dict[str, Any] = (held["items"] if most else held)["properties"]
    return found


def test_the_document_is_made_of_the_settings_at_hand(app: Flask) -> None:
    assert document(app, app.extensions["postback_settings"])["servers"] == [{"url": "http://postbacks.test"}]
