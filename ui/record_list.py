"""A list of a location's records: the piece, the search and the filters that the address asks for, and the export."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Response, url_for

from models import Location, PlacedRecord
from resources.locations import get_location
from resources.newest_first import Piece
from resources.record_search import Count, Search
from ui.asked import asked
from ui.csv_export import Cell, csv_answer, csv_time
from ui.record_pages import Kind
from ui.session import current_actor

R = TypeVar("R", bound=PlacedRecord)


@dataclass(frozen=True, slots=True)
class RecordList(Generic[R]):
    """One piece of the list, newest first."""

    kind: Kind
    location: Location
    search: str
    filters: Mapping[str, str]
    """Every filter that the list has; empty: not set."""
    piece: Piece[R]
    before: str | None
    count: Count

    @property
    def rows(self) -> Sequence[R]:
        return self.piece.rows

    @property
    def is_filtered(self) -> bool:
        return bool(self._query())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all, so that nothing could be searched for."""
        return not (self.rows or self.before or self.is_filtered)

    @property
    def url(self) -> str:
        return self._url("index")

    @property
    def export_url(self) -> str:
        return self._url("export", **self._query())

    @property
    def older_url(self) -> str | None:
        return self._url("index", **self._query(), before=self.piece.older) if self.piece.older else None

    @property
    def newest_url(self) -> str | None:
        return self._url("index", **self._query()) if self.before else None

    @property
    def count_text(self) -> str:
        """`1 contact`, `more than 10,000 contacts`."""
        number = self.count.number
        words = f"{number:,} {self.kind.one if number == 1 else self.kind.many}"
        return f"more than {words}" if self.count.more else words

    def without(self, name: str) -> str:
        """The list's address with this filter cleared."""
        return self._url("index", **{key: value for key, value in self._query().items() if key != name})

    def _query(self) -> dict[str, str]:
        return {name: value for name, value in (("q", self.search), *self.filters.items()) if value}

    def _url(self, endpoint: str, **query: str | None) -> str:
        values: dict[str, Any] = {"location_id": self.location.id, **query}
        return url_for(f"{self.kind.blueprint}.{endpoint}", **values)


def found(kind: Kind, search: Search[R], location_id: str) -> RecordList[R]:
    """What the query string asks for. Raises NotFound, Forbidden."""
    location = get_location(current_actor(), location_id)
    text, filters, before = asked("q"), _asked(search), asked("before") or None
    query = search.query(current_actor(), location.id, text, filters)
    piece = search.newest(query, before)
    is_whole = before is None and piece.older is None
    count = Count(len(piece.rows)) if is_whole else search.count(query)
    return RecordList(kind, location, text, filters, piece, before, count)


def exported(kind: Kind, search: Search[R], location_id: str, keys: Sequence[str]) -> Response:
    """Everything that the list would show, all pieces of it, as CSV: the record's properties as the API names them."""
    location = get_location(current_actor(), location_id)
    query = search.query(current_actor(), location.id, asked("q"), _asked(search))
    return csv_answer(kind.blueprint, query, search.key(), keys, _row_of(search.resource.shape, keys))


def _asked(search: Search[Any]) -> dict[str, str]:
    return {name: asked(name) for name in search.filters}


def _row_of(shape: Callable[[R], Mapping[str, object]], keys: Sequence[str]) -> Callable[[R], list[Cell]]:
    def row(record: R) -> list[Cell]:
        answered = shape(record)
        return [_cell(key, answered[key]) for key in keys]

    return row


def _cell(key: str, value: object) -> Cell:
    if key.endswith("_ts"):
        return csv_time(value * 1000 if isinstance(value, int) else None)
    if value is None or isinstance(value, str | int):
        return value
    return json.dumps(value, ensure_ascii=False)
