"""What is answered: records, lists with their `meta`, refusals in both formats, and the headers of all of them."""

from collections.abc import Mapping
from typing import Any

from api.errors import PROBLEM
from api.openapi.columns import closed, nullable, ref
from api.openapi.embedded import COUNT
from api.openapi.operation import Operation
from api.openapi.records import component, record_schema
from api.tables import FORMATS
from schemas.patterns import JsonSchema

Response = dict[str, Any]
JSON = "application/json"
REQUEST_ID: JsonSchema = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}
SENTENCES: JsonSchema = {"type": "array", "items": {"type": "string"}, "minItems": 1}
ERRORS: JsonSchema = {"type": "object", "additionalProperties": SENTENCES, "minProperties": 1}
LINK = closed({"href": {"type": "string", "format": "uri"}})
PAGES = ("self", "first", "prev", "next", "last")
COMPONENTS: Mapping[str, JsonSchema] = {
    "Link": LINK,
    "Links": closed({"self": ref("Link")}),
    "Errors": closed({"errors": ERRORS, "request_id": REQUEST_ID}),
    "Error": closed(
        {
            "name": {"type": "string"},
            "message": {"type": "string"},
            "code": {"const": 0},
            "status": {"type": "integer"},
            "request_id": REQUEST_ID,
        }
    ),
    "Problem": closed(
        {
            "type": {"const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": ERRORS,
            "request_id": REQUEST_ID,
        },
        ["errors"],
    ),
    "Meta": closed(
        {
            "pagination": closed(
                {
                    "links": closed({page: ref("Link") for page in PAGES}, PAGES[1:]),
                    "totalCount": COUNT,
                    "totalCountIsExact": {"const": False, "description": "Given where it is estimated."},
                    "pageCount": COUNT,
                    "currentPage": {"type": "integer", "minimum": 1},
                    "perPage": {"type": "integer", "minimum": 1},
                },
                ["totalCountIsExact"],
            ),
            "sort": closed({"attributes": {"type": "object", "additionalProperties": {"enum": ["asc", "desc"]}}}),
        }
    ),
}
HEADERS: Mapping[str, Response] = {
    "X-Request-Id": {"required": True, "schema": REQUEST_ID, "description": "Names the request in our logs."},
    "ETag": {"required": False, "schema": {"type": "string"}, "description": "Names the record's state."},
    "Idempotent-Replayed": {"required": False, "schema": {"const": "true"}, "description": "The first answer again."},
    "RateLimit": {"required": False, "schema": {"type": "string"}, "description": "What is left of the limit."},
    "RateLimit-Policy": {"required": False, "schema": {"type": "string"}, "description": "The limit."},
    "Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 0}, "description": "Seconds."},
}
REFUSALS: Mapping[int, str] = {
    400: "The body cannot be read as JSON.",
    401: "The credentials are missing or not valid.",
    403: "Your role lacks the permission for this.",
    404: "There is no such record, or none in sight.",
    406: "Accept does not allow what this answers.",
    409: "The record does not stand as this asks of it, or was deleted.",
    412: "The record is not what If-Match names; nothing was changed.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "Some values are not valid: field by field.",
    429: "Too often in too short a time; where the deployment limits requests.",
    503: "The database is away for the moment; nothing was changed.",
}
WAITING = frozenset({429, 503})


def responses(operation: Operation, names: list[str], method: str) -> dict[str, Response]:
    """Status → what is answered under it."""
    good = {str(status): _good(operation, status, schema, method) for status, schema in answers(operation).items()}
    if operation.does == "show":
        good["304"] = {"description": "It is what you have.", "headers": _headers("X-Request-Id", "ETag")}
    return good | {str(status): _refusal(status) for status in sorted(_refusals(operation, names, method))}


def answers(operation: Operation) -> Mapping[int, JsonSchema | None]:
    """The good answers: those it names, else those that are usual for what it does."""
    kind = operation.kind
    if operation.answers:
        return operation.answers
    if operation.lists:
        records = {"type": "array", "items": ref(component(kind.singular))}
        meta = {"meta": ref("Meta")} if operation.pages else {}
        return {200: closed({kind.plural: records, **meta})}
    if operation.does == "delete":
        return {204: None}
    usual = 201 if operation.does == "create" else 200
    return dict.fromkeys((usual, *operation.also), record_answer_schema(operation))


def record_answer_schema(operation: Operation) -> JsonSchema:
    """One record under its key."""
    kind = operation.kind
    record = record_schema(kind, operation.embeds) if operation.embeds else ref(component(kind.singular))
    return closed({kind.singular: record})


def _good(operation: Operation, status: int, schema: JsonSchema | None, method: str) -> Response:
    content = {} if schema is None else {"content": {JSON: {"schema": schema}}}
    if operation.lists and operation.pages:
        content["content"] |= {one.mimetype: {"schema": {"type": "string"}} for one in FORMATS.values()}
    also = {name: {"schema": header} for name, header in operation.headers.items()}
    usual = _headers(
        "X-Request-Id", "ETag", "RateLimit", "RateLimit-Policy", *(["Idempotent-Replayed"] if method == "POST" else [])
    )
    return {"description": SAYS[status], "headers": {**usual, **also}, **content}


SAYS = {200: "Done.", 201: "It is made.", 204: "It is deleted."}


def _refusals(operation: Operation, names: list[str], method: str) -> set[int]:
    found = {401, 403, 406, 422, 429, 503, *operation.refusals}
    if names:
        found |= {404}
    if operation.body is not None:
        found |= {400, 413, 415}
    if method == "POST" or operation.does in {"update", "patch", "delete"}:
        found |= {409}
    if operation.does in {"update", "patch", "delete"}:
        found |= {412}
    if method == "POST":
        found |= {413}
    return found


def _refusal(status: int) -> Response:
    plain = ref("Errors" if status == 422 else "Error")  # noqa: PLR2004
    headers = _headers("X-Request-Id", *(["Retry-After"] if status in WAITING else []))
    content = {JSON: {"schema": plain}, PROBLEM: {"schema": ref("Problem")}}
    return {"description": REFUSALS[status], "headers": headers, "content": content}


def _headers(*names: str) -> dict[str, JsonSchema]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


__all__ = ["COMPONENTS", "HEADERS", "JSON", "answers", "nullable", "record_answer_schema", "responses"]
