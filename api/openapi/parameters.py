"""What a query may hold: filters by column, paging, order, what to embed."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.filters import LONGEST_VALUE, Column, Match
from api.openapi.operation import Operation
from api.ordering import MOST_FIELDS
from api.paging import LARGEST_SIZE, LAST_PAGE, SIZE
from api.tables import FORMATS
from schemas.patterns import LETTER_OF_A_LINE, SPACES, JsonSchema
from schemas.rules import ID_PATTERN

Parameter = dict[str, Any]

DAY: JsonSchema = {"type": "string", "format": "date"}
SECONDS: JsonSchema = {"type": "string", "pattern": "^(?:[0-9]{1,11}| *)$"}
TIME_NAMES = (
    "today", "yesterday", "this week", "last week", "this month", "last month", "last 30 days", "custom",
)  # fmt: skip
NUMBER = "(?:-[0-9]{1,14}|[0-9]{1,15})"
AMOUNT = r"(?:-?[0-9]{1,12}(?:\.[0-9]{1,2})?)"
DECIMAL_AMOUNT = r"(?:-?[0-9]{1,12}(?:\.[0-9]{1,6})?)"
SOLID = LETTER_OF_A_LINE.replace("]", f" ,{SPACES}]")
TEXT: JsonSchema = {
    "type": "string",
    "maxLength": LONGEST_VALUE,
    "pattern": f"^(?:{LETTER_OF_A_LINE}*{SOLID}{LETTER_OF_A_LINE}*| *)$",
}


def _listed(part: str) -> JsonSchema:
    """`part` and ranges `part|part`, a comma between them; blank asks for nothing."""
    one = rf"{part}(?:\|{part}?)?"
    return {"type": "string", "maxLength": LONGEST_VALUE, "pattern": f"^(?:{one}(?:,{one})*| *)$"}


FILTERS: Mapping[Match, tuple[JsonSchema, str]] = {
    Match.EXACT: (TEXT, "Exactly this; `a,b` is either."),
    Match.TEXT: (TEXT, "Contains this, whatever the case; `a,b` is exactly one of them."),
    Match.NUMBER: (_listed(NUMBER), "This number; `a,b` is either, `a|b` from a to b."),
    Match.DECIMAL: (_listed(DECIMAL_AMOUNT), "This amount; `a,b` is either, `a|b` from a to b."),
    Match.MONEY: (_listed(AMOUNT), "This amount; `a,b` is either, `a|b` from a to b."),
    Match.FLAG: ({"type": "string", "enum": ["1", "0", "true", "false", ""]}, "On or off."),
    Match.TIME: (
        {"anyOf": [{"type": "string", "enum": list(TIME_NAMES)}, _listed(NUMBER)]},
        "A named time, or epoch seconds; `a,b` is either, `a|b` from a to b. `custom`: from `_from` to `_to`.",
    ),
}


def parameters(operation: Operation, names: list[str], method: str) -> Iterator[Parameter]:
    """All that this route takes besides its body; `names` stand in its address."""
    for name in names:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{ID_PATTERN}$"}}
    offered = [*operation.kind.expansions, *operation.embeds]
    if operation.expands and operation.does != "delete" and offered:
        yield _expand(offered)
    yield from _headers(operation, method)
    if operation.lists and operation.pages:
        yield from _paging(operation.kind.columns)
        yield from _filters(operation.kind.columns)
        for name, schema in operation.kind.parameters.items():
            yield _query(name, schema, "")


def _expand(offered: list[str]) -> Parameter:
    schema = {"type": "array", "items": {"type": "string", "enum": [*offered, ""]}}
    return _query("expand", schema, "What is embedded in the answer.") | {"style": "form", "explode": False}


def _headers(operation: Operation, method: str) -> Iterator[Parameter]:
    """What a request may ask for beside its address."""
    if operation.does == "show":
        yield _header("If-None-Match", TAGS, "An ETag; 304 where the answer has not changed.")
    if operation.does in {"update", "patch", "delete"}:
        says = "An ETag, or `*`; 412 where the record is not that any more, and nothing is changed."
        yield _header("If-Match", TAGS, says) | {"example": "*"}
    if method == "POST" and not operation.signs_in:
        key = {"type": "string", "pattern": "^[!-~]{1,255}$"}
        yield _header("Idempotency-Key", key, "Sent again with the same body within 24 h: the first answer again.")


TAGS: JsonSchema = {"type": "string"}
"""Any text may be asked about; what is no tag of ours fits no record."""


def _header(name: str, schema: JsonSchema, says: str) -> Parameter:
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": says}


def _paging(columns: Mapping[str, Column]) -> Iterator[Parameter]:
    yield _query("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}, "Counted from 1.")
    size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": SIZE}
    yield _query("page_size", size, "Records on a page.")
    yield _query("cursor", {"type": "string"}, "Where to go on, from the link to the next page.")
    yield _query("_format", {"type": "string", "enum": ["json", *FORMATS]}, "csv and tsv: a table, streamed.")
    field = f"-?(?:{'|'.join(columns)})"
    sort = {"type": "string", "pattern": f"^(?:{field}(?:,{field}){{0,{MOST_FIELDS - 1}}}| *)$"}
    yield _query("sort", sort, "Columns to sort by, up to four; `-` before one turns it round.")


def _filters(columns: Mapping[str, Column]) -> Iterator[Parameter]:
    for name, column in columns.items():
        schema, says = FILTERS[column.match]
        yield _query(name, schema, says)
        if column.match is Match.TIME:
            for end, bound in (("from", "From this moment or day on."), ("to", "Up to this moment or day, included.")):
                yield _query(f"{name}_{end}", {"anyOf": [SECONDS, DAY]}, bound)


def _query(name: str, schema: JsonSchema, says: str) -> Parameter:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": says}
