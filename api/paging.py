"""Lists: a page of the records in sight, filtered and sorted as the query says, with `meta`."""

from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import ColumnElement, Select, func, select

from api.envelopes import Kind, answer, embedded, expands_asked, href
from api.filters import Columns, filtered
from extensions import db
from schemas.refusals import Invalid
from schemas.rules import DIGITS
from schemas.validation import unknown_names

R = TypeVar("R")

SIZE = 20
LARGEST_SIZE = 200
LAST_PAGE = 1_000_000_000
LIST_PARAMETERS = frozenset({"page", "page_size", "sort", "expand"})
DEFAULT_SORT = "-created_ts"
MOST_SORT_FIELDS = 4


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: `number` counts from 1."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def list_answer(kind: Kind[R], statement: Select[R]) -> Response:
    """The page that the query asks for. Raises Invalid for any part of the query that cannot be followed."""
    expand, page, sort = expands_asked(kind), _page_asked(), _sort_asked(kind.columns)
    filters = [
        (name, value) for name, value in request.args.items(multi=True) if name not in LIST_PARAMETERS | kind.parameters
    ]
    chosen = filtered(statement, kind.columns, filters)
    total = _count(chosen)
    rows = db.session.scalars(chosen.order_by(*_order(kind.columns, sort)).offset(page.offset).limit(page.size))
    records = [embedded(kind, record, expand) for record in rows]
    meta = {"pagination": _pagination(kind.plural, page, total), "sort": {"attributes": sort}}
    return answer({kind.plural: records, "meta": meta})


def _count(statement: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def _page_asked() -> Page:
    return Page(_number_asked("page", 1, LAST_PAGE), _number_asked("page_size", SIZE, LARGEST_SIZE))


def _number_asked(name: str, default: int, most: int) -> int:
    given = request.args.get(name)
    if given is None:
        return default
    if not DIGITS.fullmatch(given) or not 1 <= int(given) <= most:
        raise Invalid({name: [f"{name} must be a whole number from 1 to {most}."]})
    return int(given)


def _sort_asked(columns: Columns) -> dict[str, str]:
    """Field → asc or desc, in the order of their weight."""
    asked = [part.strip() for part in request.args.get("sort", DEFAULT_SORT).split(",")][:MOST_SORT_FIELDS]
    fields = {part.removeprefix("-"): "desc" if part.startswith("-") else "asc" for part in asked if part}
    unknown = [name for name in fields if name not in columns]
    if unknown:
        sentences = [sentence for found in unknown_names(unknown, "field to sort by").values() for sentence in found]
        raise Invalid({"sort": sentences})
    return fields


def _order(columns: Columns, sort: dict[str, str]) -> list[ColumnElement[Any]]:
    """Unset comes first going up, last going down, on every store; the id decides between equals."""
    last = next(reversed(sort.values()), "desc")
    terms = {**sort, "id": sort.get("id", last)}
    return [
        columns[name].stored.asc().nulls_first() if direction == "asc" else columns[name].stored.desc().nulls_last()
        for name, direction in terms.items()
    ]


def _pagination(plural: str, page: Page, total: int) -> dict[str, object]:
    count = -(-total // page.size)
    numbers = {
        "self": page.number,
        "first": 1 if count else None,
        "prev": min(page.number - 1, count) or None,
        "next": page.number + 1 if page.number < count else None,
        "last": count or None,
    }
    links = {name: {"href": _page_href(plural, number)} for name, number in numbers.items() if number}
    return {
        "links": links,
        "totalCount": total,
        "pageCount": count,
        "currentPage": page.number,
        "perPage": page.size,
    }


def _page_href(plural: str, number: int) -> str:
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{href(plural)}?{urlencode([*query, ('page', number)])}"
