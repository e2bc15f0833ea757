"""The whole document, from the application's routes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from api.envelopes import PREFIX
from api.openapi import embedded
from api.openapi import responses as answered
from api.openapi.inputs import SHARED, body_example, body_schema
from api.openapi.operation import Operation, operation_of
from api.openapi.parameters import parameters
from api.openapi.records import component, record_schema
from api.openapi.security import SCHEMES, security
from config import Settings
from postbacks.message import VERSION
from schemas.patterns import JsonSchema

Document = dict[str, Any]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One method at one address."""

    path: str
    """As OpenAPI writes it: /v2/contacts/{record_id}."""
    method: str
    names: list[str]
    """What stands in braces."""
    operation: Operation

    @property
    def id(self) -> str:
        """listContacts, createContact, getContact, …"""
        kind, does = self.operation.kind, self.operation.does
        verb = {"show": "get"}.get(does, does)
        return f"{verb}{component(kind.plural if self.operation.lists else kind.singular)}"


def document(app: Flask, settings: Settings) -> Document:
    """The description of every route of this door. Raises LookupError where one says nothing of itself."""
    found = list(routes(app))
    paths: Document = {}
    for route in found:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, found)
    kinds = {route.operation.kind.plural: route.operation.kind for route in found}.values()
    records = {component(kind.singular): record_schema(kind) for kind in kinds}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Postbacks", "version": VERSION, "description": ABOUT},
        "servers": [{"url": settings.effective_public_url}],
        "security": security(),
        "tags": [{"name": kind.plural, "description": kind.about} for kind in kinds],
        "paths": paths,
        "components": {
            "schemas": {**records, **embedded.COMPONENTS, **answered.COMPONENTS, **SHARED},
            "headers": dict(answered.HEADERS),
            "securitySchemes": SCHEMES,
        },
    }


ABOUT = (
    "Records, and postbacks that tell about them. One record stands under its singular key, a list under its plural."
)


def routes(app: Flask) -> Iterator[Route]:
    """Every route under the prefix, in the order in which they were bound."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{PREFIX}/"):
            yield from _of_rule(app, rule)


def _of_rule(app: Flask, rule: Rule) -> Iterator[Route]:
    path, names = PLACE.sub(r"{\1}", rule.rule), PLACE.findall(rule.rule)
    for method in METHODS:
        if method in (rule.methods or ()):
            yield Route(path, method, names, operation_of(app.view_functions[rule.endpoint], method))


def _operation(route: Route, found: list[Route]) -> Document:
    operation = route.operation
    described: Document = {
        "operationId": route.id,
        "tags": [operation.kind.plural],
        "summary": operation.summary,
        "parameters": list(parameters(operation, route.names, route.method)),
        "responses": _linked(route, found),
    }
    if operation.signs_in:
        described["security"] = [{"developerId": []}]
    if operation.note:
        described["description"] = operation.note
    if operation.body is not None:
        content: Document = {"schema": body_schema(operation.body)}
        if operation.body.example:
            content["example"] = body_example(operation.body)
        described["requestBody"] = {"required": not operation.body.optional, "content": {answered.JSON: content}}
    return described


def _linked(route: Route, found: list[Route]) -> dict[str, JsonSchema]:
    """Its answers; a new record leads to what can be done with it."""
    given = answered.responses(route.operation, route.names, route.method)
    links = _links(route, found) if route.operation.does == "create" and not route.names and "201" in given else {}
    if links:
        given["201"]["links"] = links
    return given


def _links(route: Route, found: list[Route]) -> dict[str, JsonSchema]:
    kind = route.operation.kind
    if not kind.linked:
        return {}
    record_id = f"$response.body#/{kind.singular}/id"
    return {
        one.id: {"operationId": one.id, "parameters": {one.names[0]: record_id}}
        for one in found
        if one.operation.kind is kind and len(one.names) == 1
    }
