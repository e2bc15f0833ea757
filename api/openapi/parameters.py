"""What a query may hold: filters by column, paging, order, what to embed."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.filters import LONGEST_VALUE, Column, Match
from api.openapi.operation import Operation
from api.paging import LARGEST_SIZE, LAST_PAGE, SIZE
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
    Match.FLAG: ({"type": "string", "enum": ["1", "0", "true", "false", ""]}, "On or off."),
    Match.TIME: (
        {"anyOf": [{"type": "string", "enum": list(TIME_NAMES)}, _listed(NUMBER)]},
        "A named time, or epoch seconds; `a,b` is either, `a|b` from a to b. `custom`: from `_from` to `_to`.",
    ),
}


def parameters(operation: Operation, names: list[str]) -> Iterator[Parameter]:
    """All that this route takes besides its body; `names` stand in its address."""
    for name in names:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{ID_PATTERN}$"}}
    offered = [*operation.kind.expansions, *operation.embeds]
    if operation.expands and operation.does != "delete" and offered:
        yield _expand(offered)
    if operation.lists:
        yield from _paging(operation.kind.columns)
        yield from _filters(operation.kind.columns)


def _expand(offered: list[str]) -> Parameter:
    schema = {"type": "array", "items": {"type": "string", "enum": [*offered, ""]}}
    return _query("expand", schema, "What is embedded in the answer.") | {"style": "form", "explode": False}


def _paging(columns: Mapping[str, Column]) -> Iterator[Parameter]:
    yield _query("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}, "Counted from 1.")
    size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": SIZE}
    yield _query("page_size", size, "Records on a page.")
    field = f"-?(?:{'|'.join(columns)})"
    sort = {"type": "string", "pattern": f"^(?:{field}(?:,{field})*| *)$"}
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
