"""A list of a location's records: the piece, the search and the filters that the address asks for, and the export."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Response

from models import Location, PlacedRecord
from resources.locations import get_location
from resources.newest_first import Piece
from resources.record_search import Count, Search
from ui.asked import asked, asked_before, asked_word
from ui.asked_list import AskedList, Filters, asked_list
from ui.csv_export import Cell, csv_answer, csv_time
from ui.record_pages import Kind
from ui.session import current_actor
from ui.time_range import asked_times, bounds_ts

R = TypeVar("R", bound=PlacedRecord)


@dataclass(frozen=True, slots=True)
class RecordList(Generic[R]):
    """One piece of the list, newest first."""

    kind: Kind
    location: Location
    asked: AskedList
    piece: Piece[R]
    count: Count

    @property
    def filters(self) -> Filters:
        return self.asked.filters

    @property
    def rows(self) -> Sequence[R]:
        return self.piece.rows

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all, so that nothing could be searched for."""
        return not (self.rows or self.asked.before or self.asked.is_filtered)

    @property
    def older_url(self) -> str | None:
        return self.asked.older_url(self.piece.older)

    @property
    def count_text(self) -> str:
        """`1 contact`, `more than 10,000 contacts`."""
        number = self.count.number
        words = f"{number:,} {self.kind.one if number == 1 else self.kind.many}"
        return f"more than {words}" if self.count.more else words


def found(kind: Kind, search: Search[R], location_id: str) -> RecordList[R]:
    """What the query string asks for. Raises NotFound, Forbidden."""
    location, filters, before = get_location(current_actor(), location_id), _asked(search), asked_before()
    query = search.query(current_actor(), location.id, filters, bounds_ts(filters))
    views = (f"{kind.blueprint}.index", f"{kind.blueprint}.export")
    asked_for = asked_list(kind.blueprint, views, filters, location=location, before=before)
    piece = search.newest(query, before)
    is_whole = before is None and piece.older is None
    return RecordList(kind, location, asked_for, piece, Count(len(piece.rows)) if is_whole else search.count(query))


def exported(kind: Kind, search: Search[R], location_id: str, keys: Sequence[str]) -> Response:
    """Everything that the list would show, all pieces of it, as CSV: the record's properties as the API names them."""
    location, filters = get_location(current_actor(), location_id), _asked(search)
    query = search.query(current_actor(), location.id, filters, bounds_ts(filters))
    return csv_answer(kind.blueprint, query, search.key(), keys, _row_of(search.resource.shape, keys))


def _asked(search: Search[Any]) -> dict[str, str]:
    """The search text and the list's own filters, those that ask for something, and the time."""
    given = {"q": asked("q")}
    for name in search.filters:
        given[name] = asked_word(name, search.words[name]) if name in search.words else asked(name)
    return {name: text for name, text in given.items() if text} | asked_times()


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
