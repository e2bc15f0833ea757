"""The outside of every answer: one record under its singular key, or a list with its `meta`, as compact JSON."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, TypeVar

from flask import Response, request

from api.etags import tagged
from api.filters import Columns
from api.openapi.body import Body
from extensions import settings
from resources.preconditions import record_tag
from schemas.patterns import JsonSchema
from schemas.refusals import Invalid

PREFIX = "/v2"
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """A resource as this door answers it."""

    singular: str
    plural: str
    shape: Callable[[R], Mapping[str, object]]
    columns: Columns
    """What lists may be filtered and sorted by."""
    expansions: Mapping[str, Callable[[R], object]] = field(default_factory=dict)
    """What `?expand=` may embed in any answer."""
    _: KW_ONLY
    about: str = ""
    """One sentence for who reads the documentation."""
    body: Body | None = None
    """What creates one; every field of it may be left out of a change."""
    change: Body | None = None
    """What changes one, where it is not what creates one."""
    answers: Mapping[str, JsonSchema] = field(default_factory=dict)
    """What is answered that no column says, or otherwise than its column does."""
    unanswered: Collection[str] = ()
    """Columns that lists may be asked by, and that no answer has."""
    linked: bool = True
    """Whether its records have addresses of their own, and say so in `_links`."""
    absent: Collection[str] = ()
    """Answered names that not every record has."""
    embedded: Mapping[str, JsonSchema] = field(default_factory=dict)
    """What the expansions of this kind alone look like."""
    parameters: Mapping[str, JsonSchema] = field(default_factory=dict)
    """What its lists may be asked besides, by names that are no filters."""


def answer(payload: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(payload, separators=(",", ":")), status, mimetype="application/json")


def nothing() -> Response:
    """The answer to a deletion: 204, no body, no type."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def record_answer(
    kind: Kind[R],
    record: R,
    expand: Collection[str] = (),
    *,
    status: int = 200,
    also: Mapping[str, object] | None = None,
) -> Response:
    """One record with its ETag. `also` holds what only this answer may embed, by its expand name."""
    known = {name: value for name, value in (also or {}).items() if name in expand}
    shape = kind.shape(record)
    response = answer({kind.singular: _around(kind, record, shape, expand, known)}, status)
    return tagged(response, record_tag(shape), embedded=bool(expand))


def embedded(kind: Kind[R], record: R, expand: Collection[str]) -> dict[str, object]:
    """A record as answers hold it: its shape, what was asked to be embedded, its links."""
    return _around(kind, record, kind.shape(record), expand, {})


def _around(
    kind: Kind[R], record: R, shape: Mapping[str, object], expand: Collection[str], known: Mapping[str, object]
) -> dict[str, object]:
    expanded = {name: kind.expansions[name](record) for name in expand if name in kind.expansions}
    return {**shape, **expanded, **known, "_links": {"self": {"href": href(kind.plural, str(shape["id"]))}}}


def href(*path: str) -> str:
    """An absolute address of this door, below the configured public URL whatever the request's Host says."""
    return "/".join((settings().effective_public_url + PREFIX, *path))


def expands_asked(kind: Kind[Any], also: Sequence[str] = ()) -> list[str]:
    """The names in `?expand=`. Raises Invalid for one that this answer does not offer."""
    given = (name.strip(" ") for text in request.args.getlist("expand") for name in text.split(","))
    names = [name for name in given if name]
    offered = (*kind.expansions, *also)
    if not set(names) <= set(offered):
        says = f"may name {', '.join(offered)}" if offered else "is not offered here"
        raise Invalid({"expand": [f"Expand {says}."]})
    return list(dict.fromkeys(names))
