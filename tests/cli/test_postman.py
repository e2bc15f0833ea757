"""`flask postman`: a collection that Postman takes, by the essentials of its own schema (v2.1)."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from cli.postman import postman
from web.api_description import api_description

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
VARIABLE = re.compile(r"{{(\w+)}}")


@pytest.fixture
def collection(app: Flask) -> dict[str, Any]:
    done = app.test_cli_runner().invoke(postman)
    assert done.exit_code == 0, done.output
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def requests(collection: dict[str, Any]) -> list[dict[str, Any]]:
    return [item["request"] for folder in collection["item"] for item in folder["item"]]


def test_it_says_what_it_is(collection: dict[str, Any]) -> None:
    assert collection["info"]["schema"] == "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    assert collection["info"]["name"] == "Postbacks"


def test_every_item_is_a_request_as_the_schema_wants_it(collection: dict[str, Any]) -> None:
    for folder in collection["item"]:
        assert isinstance(folder["name"], str)
        for item in folder["item"]:
            assert item.keys() <= {"name", "request", "response", "event"}
            request = item["request"]
            assert request["method"] in {"GET", "POST", "PUT", "DELETE"}
            assert all(header.keys() == {"key", "value"} for header in request["header"])
            url = request["url"]
            assert url["raw"] == "/".join([*url["host"], *url["path"]])
            assert all({"key", "value"} <= one.keys() and one["disabled"] for one in url["query"])
            if "body" in request:
                assert request["body"]["mode"] == "raw"
                assert isinstance(json.loads(request["body"]["raw"]), dict)


def test_every_variable_is_declared(collection: dict[str, Any]) -> None:
    declared = {one["key"] for one in collection["variable"]}
    assert set(VARIABLE.findall(json.dumps(requests(collection)))) <= declared


def test_every_route_is_there_once(app: Flask, collection: dict[str, Any]) -> None:
    told = sum(method != "patch" for methods in api_description()["paths"].values() for method in methods)
    assert len(requests(collection)) == told > 20


def test_what_creates_has_a_body_to_send(collection: dict[str, Any]) -> None:
    contact = next(
        one for one in requests(collection) if one["method"] == "POST" and one["url"]["path"] == ["v2", "contacts"]
    )
    assert json.loads(contact["body"]["raw"]) == {"contact": {"location_id": "{{locationId}}", "last_name": "Jones"}}
