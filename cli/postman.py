"""`flask postman`: the API as a Postman collection, made of its own description."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import click
from flask.cli import with_appcontext

from web.api_description import api_description

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
PLACE = re.compile(r"{(\w+)}")
JSON = "application/json"
HEADERS = (("developer-id", "developerId"), ("user-id", "userId"), ("user-api-key", "userApiKey"))
SAMPLE_LOCATION = "23948sdnfia1129i9asf92"
"""The id in the examples; a variable of the collection stands in its place."""
Item = dict[str, Any]
Schema = Mapping[str, Any]


@click.command("postman")
@with_appcontext
def postman() -> None:
    """Print the API as a Postman collection (v2.1)."""
    click.echo(json.dumps(collection(api_description()), indent=2))


def collection(api: Schema) -> Item:
    """A folder for each resource, a request for each route; who calls and where is in variables."""
    return {
        "info": {
            "name": api["info"]["title"],
            "description": api["info"]["description"],
            "version": api["info"]["version"],
            "schema": SCHEMA,
        },
        "variable": [
            {"key": "baseUrl", "value": api["servers"][0]["url"]},
            *({"key": variable, "value": ""} for _, variable in HEADERS),
            {"key": "locationId", "value": SAMPLE_LOCATION},
            {"key": "id", "value": ""},
        ],
        "item": [
            {"name": tag["name"], "description": tag.get("description", ""), "item": list(_requests(api, tag["name"]))}
            for tag in api["tags"]
        ],
    }


def _requests(api: Schema, tag: str) -> Iterator[Item]:
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"] and method != "patch":  # the same as PUT
                yield {"name": operation["summary"], "request": _request(path, method.upper(), operation)}


def _request(path: str, method: str, operation: Schema) -> Item:
    open_to_all = operation.get("security") == []
    headers = [] if open_to_all else [{"key": name, "value": f"{{{{{variable}}}}}"} for name, variable in HEADERS]
    content = operation.get("requestBody", {}).get("content", {}).get(JSON)
    body = {} if content is None else {"body": _body(content)}
    typed = [] if content is None else [{"key": "Content-Type", "value": JSON}]
    return {
        "method": method,
        "description": operation.get("description", ""),
        "header": [*headers, *typed],
        "url": _url(path, operation),
        **body,
    }


def _body(content: Schema) -> Item:
    raw = json.dumps(content.get("example", {}), indent=2).replace(SAMPLE_LOCATION, "{{locationId}}")
    return {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}


def _url(path: str, operation: Schema) -> Item:
    """The address with its parameters; those of the query are there to be switched on."""
    parts = [PLACE.sub("{{id}}", part) for part in path.strip("/").split("/")]
    query = [
        {"key": one["name"], "value": "", "description": one.get("description", ""), "disabled": True}
        for one in operation["parameters"]
        if one["in"] == "query"
    ]
    return {"raw": "{{baseUrl}}/" + "/".join(parts), "host": ["{{baseUrl}}"], "path": parts, "query": query}
