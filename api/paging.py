"""Lists: a page of the records in sight, filtered and sorted as the query says, with `meta`.

`next` carries a cursor: the place to go on from, so that records which come or go meanwhile move nothing, and page
50,000 costs what page 2 does. Where a cursor is given, `page` only says how the page is called.
"""

from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import Select

from api.envelopes import Kind, answer, embedded, expands_asked, href
from api.filters import filtered
from api.ordering import END, order_asked
from api.pieces import Found, Piece, plan_by_index
from api.tables import format_asked, table_answer
from api.totals import Total, total_of
from schemas.refusals import Invalid
from schemas.rules import DIGITS

R = TypeVar("R")

SIZE = 20
LARGEST_SIZE = 200
LAST_PAGE = 1_000_000_000
PLACES = ("page", "page_size", "cursor")
LIST_PARAMETERS = frozenset({*PLACES, "sort", "expand", "_format"})


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: `number` counts from 1; `cursor` is where it begins, where one was given."""

    number: int
    size: int
    cursor: str | None = None

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def list_answer(kind: Kind[R], statement: Select[R]) -> Response:
    """The page that the query asks for. Raises Invalid for any part of the query that cannot be followed."""
    expand, page, format_ = expands_asked(kind), _page_asked(), format_asked()
    order = order_asked(kind.columns, request.args.get("sort"))
    own = {*LIST_PARAMETERS, *kind.parameters}
    filters = [(name, value) for name, value in request.args.items(multi=True) if name not in own]
    found = Found(statement, filtered(statement, kind.columns, filters), kind.columns, order)
    if format_ is not None and not any(name in request.args for name in PLACES):
        return table_answer(kind, found.stream(), expand, format_)
    plan_by_index()
    total = total_of(found.rows)
    piece = _piece(found, page, total)
    if format_ is not None:
        return table_answer(kind, iter([piece.records]), expand, format_)
    records = [embedded(kind, record, expand) for record in piece.records]
    meta = {"pagination": _pagination(kind.plural, page, found, piece, total), "sort": {"attributes": order.sort}}
    return answer({kind.plural: records, "meta": meta})


def _piece(found: Found[R], page: Page, total: Total) -> Piece[R]:
    if page.cursor == END:
        return found.last(page.size)
    if page.cursor is not None:
        return found.piece(page.size, after=found.order.place(page.cursor))
    return found.piece(page.size, offset=page.offset, total=total)


def _page_asked() -> Page:
    number, size = _number_asked("page", 1, LAST_PAGE), _number_asked("page_size", SIZE, LARGEST_SIZE)
    return Page(number, size, request.args.get("cursor") or None)


def _number_asked(name: str, default: int, most: int) -> int:
    given = request.args.get(name)
    if given is None:
        return default
    if not DIGITS.fullmatch(given) or not 1 <= int(given) <= most:
        raise Invalid({name: [f"{name} must be a whole number from 1 to {most}."]})
    return int(given)


def _pagination(plural: str, page: Page, found: Found[Any], piece: Piece[Any], total: Total) -> dict[str, object]:
    if page.cursor is None and piece.records:
        total = total.knowing(page.offset + len(piece.records) + (piece.after is not None))
    count = -(-total.count // page.size)
    links = {"self": _link(plural, page.number, page.cursor)}
    if count:
        links["first"] = _link(plural, 1)
        links["last"] = _link(plural, count, None if total.exact else END)
    if page.number > 1 and (previous := min(page.number - 1, count)):
        links["prev"] = _link(plural, previous)
    if piece.after is not None:
        links["next"] = _link(plural, page.number + 1, found.order.cursor(piece.after))
    inexact = {} if total.exact else {"totalCountIsExact": False}
    return {
        "links": links,
        "totalCount": total.count,
        **inexact,
        "pageCount": count,
        "currentPage": page.number,
        "perPage": page.size,
    }


def _link(plural: str, number: int, cursor: str | None = None) -> dict[str, str]:
    query = [(name, value) for name, value in request.args.items(multi=True) if name not in {"page", "cursor"}]
    place = [("page", str(number)), *([("cursor", cursor)] if cursor else [])]
    return {"href": f"{href(plural)}?{urlencode([*query, *place])}"}
