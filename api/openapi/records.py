"""What records look like in answers: what their columns say, what a kind says of others, what may be embedded."""

from collections.abc import Iterable
from typing import Any

from api.envelopes import Kind
from api.filters import Column, Match
from api.openapi.columns import closed, of_attribute, ref
from api.openapi.embedded import EMBEDDED
from schemas.patterns import JsonSchema


def component(word: str) -> str:
    """The name of a component or operation that a word of an address becomes."""
    return word[:1].upper() + word[1:]


def record_schema(kind: Kind[Any], embeds: Iterable[str] = ()) -> JsonSchema:
    """A record as this door answers it."""
    properties = {name: _of_column(column) for name, column in kind.columns.items()} | dict(kind.answers)
    for name in kind.unanswered:
        properties.pop(name, None)
    expanded = {name: embedded_schema(kind, name) for name in (*kind.expansions, *embeds)}
    links = {"_links": ref("Links")} if kind.linked else {}
    return closed({**properties, **expanded, **links}, {*kind.absent, *expanded})


def embedded_schema(kind: Kind[Any], name: str) -> JsonSchema:
    """What `?expand=name` embeds."""
    return kind.embedded.get(name) or EMBEDDED[name]


def _of_column(column: Column) -> JsonSchema:
    schema = of_attribute(column.stored)
    if column.match is not Match.TIME:
        return schema
    return {**schema, "description": "Epoch seconds."}
