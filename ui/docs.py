"""The API's documentation for people, made of what the API says of itself, filled in for this server and its reader."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from extensions import db, settings
from postbacks.message import frozen_json, postback_body
from resources.access import Actor
from resources.location_search import search_locations
from schemas.expands import EXPANDS
from schemas.refusals import Forbidden
from schemas.samples import sample_record
from ui.doc_curl import Reader, curl_lines, request_line
from ui.doc_fields import Field, fields_of
from ui.doc_manners import MANNERS
from ui.doc_pictures import PICTURES
from ui.doc_verification import PYTHON
from ui.session import actor_or_none
from web.api_description import api_description

docs = Blueprint("docs", __name__)

SAMPLE_LOCATION = "23948sdnfia1129i9asf92"
METHODS = ("get", "post", "put", "delete")
"""PATCH is the same as PUT and is said once, in words."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    note: str
    curl: str


@dataclass(frozen=True, slots=True)
class Section:
    """One resource."""

    name: str
    about: str
    endpoints: Sequence[Endpoint]
    fields: Sequence[Field]
    expands: Sequence[str]
    lists: bool


@docs.get("/docs")
def show() -> str:
    api, actor = api_description(), actor_or_none()
    reader = _reader(actor)
    return render_template(
        "docs/show.html",
        reader=reader,
        start=curl_lines(),
        manners=MANNERS,
        sections=list(_sections(api, reader)),
        postback=_postback(reader.location_id),
        expands=EXPANDS,
        verification=PYTHON,
        settings=settings(),
        pictures=PICTURES,
    )


def _reader(actor: Actor | None) -> Reader:
    """Who reads: with their own ids where they are signed in."""
    url = settings().effective_public_url
    if actor is None:
        return Reader(url, SAMPLE_LOCATION, None, None)
    try:
        place = db.session.scalar(search_locations(actor, "").limit(1))
    except Forbidden:
        place = None
    name = None if place is None else place.name
    return Reader(url, SAMPLE_LOCATION if place is None else place.id, actor.user_id, name)


def _sections(api: Mapping[str, Any], reader: Reader) -> Iterator[Section]:
    for tag in api["tags"]:
        operations = [
            (path, method, operation)
            for path, methods in api["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"] and method in METHODS
        ]
        yield Section(
            tag["name"],
            tag.get("description", ""),
            [_endpoint(*one, reader) for one in operations],
            list(fields_of(api, [operation for _, _, operation in operations])),
            _expands([operation for _, _, operation in operations]),
            any(operation["operationId"].startswith("list") for _, _, operation in operations),
        )


def _endpoint(path: str, method: str, operation: Mapping[str, Any], reader: Reader) -> Endpoint:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    return Endpoint(
        operation["operationId"],
        method.upper(),
        path,
        operation["summary"],
        operation.get("description", ""),
        request_line(reader, method.upper(), path, body),
    )


def _expands(operations: Sequence[Mapping[str, Any]]) -> list[str]:
    offered = [
        name
        for operation in operations
        for parameter in operation["parameters"]
        if parameter["name"] == "expand"
        for name in parameter["schema"]["items"]["enum"]
        if name
    ]
    return list(dict.fromkeys(offered))


def _postback(location_id: str) -> dict[str, str]:
    """A postback as it travels: decoded and raw."""
    data = frozen_json(sample_record("contact", location_id, None))
    raw = postback_body("CREATE", "contact", 1, data).decode()
    decoded = {"type": "CREATE", "resource": "contact", "number_of_attempts": 1, "data": data}
    return {"raw": raw, "decoded": json.dumps(decoded, indent=2)}
