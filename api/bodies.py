"""Reading what a caller sent: strict JSON, one record under its singular key."""

import json
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from schemas.refusals import Invalid
from schemas.validation import label, unknown_names

DEEPEST = 64
HOLDERS = frozenset({dict, list})


def body(wrapper: str) -> dict[str, object]:
    """The fields under this key of the request's JSON object.

    Raises UnsupportedMediaType, RequestEntityTooLarge, BadRequest for what cannot be read, Invalid for the rest.
    """
    fields = _unwrapped(wrapper)
    if not isinstance(fields, dict):
        raise Invalid({wrapper: [f"{label(wrapper)} must be an object."]})
    return fields


def fields_of_body() -> dict[str, object]:
    """The request's JSON object itself, for the one route that takes its fields without a wrapper. Raises as `body`."""
    document = read_json()
    if not isinstance(document, dict):
        raise BadRequest("Send the fields as one JSON object.")
    return document


def listed_body(wrapper: str, largest: int) -> list[object]:
    """The list under this key of the request's JSON object, whose body may have `largest` bytes. Raises as `body`."""
    request.max_content_length = largest
    items = _unwrapped(wrapper)
    if not isinstance(items, list):
        raise Invalid({wrapper: [f"{label(wrapper)} must be a list."]})
    return items


def _unwrapped(wrapper: str) -> object:
    document = read_json()
    if not isinstance(document, dict) or wrapper not in document:
        raise Invalid({wrapper: [f"{label(wrapper)} cannot be blank."]})
    if len(document) > 1:
        raise Invalid(unknown_names((name for name in document if name != wrapper), "field"))
    return document[wrapper]


def body_if_any(wrapper: str) -> dict[str, object]:
    """As `body`, for a request that may come without one: then no field is given."""
    return body(wrapper) if _whole_body() else {}


def read_json() -> Any:
    """The request's body as JSON: UTF-8, finite numbers, each name once in an object, at most 64 levels deep."""
    mimetype = request.mimetype
    if mimetype != "application/json" and not mimetype.endswith("+json"):
        raise UnsupportedMediaType("Send the body as application/json.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType("Send the body without a content encoding.")
    try:
        document = json.loads(
            _whole_body().decode(),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_each_name_once,
        )
    except _TwiceError as error:
        raise BadRequest("The body has an object in which a name stands twice.") from error
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not JSON that can be read{_where(error)}.") from error
    if _deeper_than(DEEPEST, document):
        raise BadRequest(f"The body is nested more than {DEEPEST} levels deep.")
    return document


def _whole_body() -> bytes:
    """All of the body. One of unsaid length is cut off at the limit without a word, and one that was read before was
    read under another limit, so that is looked at here."""
    data = request.get_data()
    limit = request.max_content_length
    if limit is not None and (len(data) > limit or (request.content_length is None and len(data) == limit)):
        raise RequestEntityTooLarge
    return data


def _where(error: Exception) -> str:
    return f": line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(text)
    return number


class _TwiceError(ValueError):
    """Readers differ in which of two values counts, so neither does."""


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _deeper_than(levels: int, document: object) -> bool:
    """Looks at each value once; only those that hold others are kept."""
    layer: list[Any] = [document] if type(document) in HOLDERS else []
    for _ in range(levels):
        if not layer:
            return False
        layer = [
            child
            for node in layer
            for child in (node.values() if isinstance(node, dict) else node)
            if type(child) in HOLDERS
        ]
    return bool(layer)
