"""Finding the records of a location, as a person at the console asks for them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from extensions import db
from models import PlacedRecord
from resources.access import Actor
from resources.newest_first import Piece, newest_first
from resources.resource import Resource

R = TypeVar("R", bound=PlacedRecord)
PIECE = 25
MOST_COUNTED = 10_000
ALWAYS = (None, None)
METHODS = ("cc", "ach")
"""Of payment, as filters take them."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; `more`: there are more than were counted."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Search(Generic[R]):
    """How the records of one resource are looked for."""

    resource: Resource[R]
    columns: Sequence[InstrumentedAttribute[Any]]
    """Each word of the text is a part of one of these, or the record's id."""
    filters: Mapping[str, Callable[[str], ColumnElement[bool]]] = field(default_factory=dict)
    """Filter's name → what a value of it asks for."""
    words: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Filter's name → the values that it takes; a filter that is not here takes an id."""

    def query(
        self, actor: Actor, location_id: str, filters: Mapping[str, str], made: tuple[int | None, int | None] = ALWAYS
    ) -> Select[R]:
        """Those of the location that fit; a filter that is not given asks for everything. Raises Forbidden.

        `q` is the text. `made`: from when, and until before when, they were created, in epoch seconds.
        """
        query = self.resource.in_sight(actor).where(self.resource.model.location_id == location_id)
        for word in filters.get("q", "").split():
            inside = (column.icontains(word, autoescape=True) for column in self.columns)
            query = query.where(or_(self.key() == word, *inside))
        for name, condition in self.filters.items():
            if value := filters.get(name):
                query = query.where(condition(value))
        since, until = made
        if since is not None:
            query = query.where(self.resource.model.created_ts >= since)
        if until is not None:
            query = query.where(self.resource.model.created_ts < until)
        return query

    def newest(self, query: Select[R], before: str | None) -> Piece[R]:
        """A piece of the query's records, newest first."""
        return newest_first(query, self.key(), before, PIECE)

    def key(self) -> InstrumentedAttribute[str]:
        """The column that the records are told apart and sorted by."""
        return self.resource.model.id

    def count(self, query: Select[R]) -> Count:
        """How many the query finds, as far as they are counted."""
        some = query.with_only_columns(self.key()).order_by(None).limit(MOST_COUNTED + 1).subquery()
        found = db.session.scalar(select(func.count()).select_from(some)) or 0
        return Count(min(found, MOST_COUNTED), more=found > MOST_COUNTED)
