"""Finding a piece of a list: first the ids, by themselves and through an index, then the records.

Joined to anything, or sorted whole, a store reads everything in sight before it takes the first few. PostgreSQL is told
to go by its indexes: its statistics know nothing of what the newest rows look like, and a plan that believes them
reads whole tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, select, text

from api.filters import Columns
from api.ordering import Order, Values
from api.totals import Total
from extensions import db

R = TypeVar("R")
FEW = 1000
"""So many that they are fetched and sorted sooner than the order is walked in search of them."""
STREAMED_AT_ONCE = 500
BY_INDEX = text("SELECT set_config('enable_seqscan', 'off', true), set_config('random_page_cost', '1.1', true)")


@dataclass(frozen=True, slots=True)
class Piece(Generic[R]):
    """Some records in their order, and the place after the last of them; None at the end of the list."""

    records: Sequence[R]
    after: Values | None


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """A list: which records, and in which order."""

    whole: Select[R]
    """The records in sight, as they are loaded."""
    chosen: Select[R]
    """The same under the filters."""
    columns: Columns
    order: Order

    @property
    def _id(self) -> Any:
        return self.columns["id"].stored

    @property
    def rows(self) -> Select[Any]:
        """The chosen ids, and what places them in the order."""
        return self.chosen.with_only_columns(self._id, *self.order.key, maintain_column_froms=True)

    def piece(self, size: int, *, after: Values | None = None, offset: int = 0, total: Total | None = None) -> Piece[R]:
        """At most `size` records, after a place or so many from the beginning."""
        rows = self.rows
        if total is not None and total.exact and total.count <= FEW and after is None:
            rows = self._sorted_whole()
        else:
            rows = (rows if after is None else rows.where(self.order.after(after))).order_by(*self.order.clauses())
        found = db.session.execute(rows.offset(offset or None).limit(size + 1)).all()
        shown = found[:size]
        return Piece(self._loaded([row[0] for row in shown]), list(shown[-1][1:]) if len(found) > size else None)

    def last(self, size: int) -> Piece[R]:
        """The last records of the list."""
        turned = self.rows.order_by(*self.order.clauses(turned=True)).limit(size)
        return Piece(self._loaded([row[0] for row in db.session.execute(turned)][::-1]), None)

    def stream(self) -> Iterator[Sequence[R]]:
        """All of the records, some at a time; no transaction lasts from one to the next."""
        after: Values | None = None
        while True:
            plan_by_index()
            piece = self.piece(STREAMED_AT_ONCE, after=after)
            yield piece.records
            db.session.rollback()
            if piece.after is None:
                return
            after = piece.after

    def _sorted_whole(self) -> Select[Any]:
        key = [column.label(f"key_{place}") for place, column in enumerate(self.order.key)]
        rows = self.chosen.with_only_columns(self._id.label("id"), *key, maintain_column_froms=True)
        few = rows.order_by(None).cte("few").prefix_with("MATERIALIZED", dialect="postgresql")
        terms = (
            type(term)(few.c[f"key_{place}"], term.down, term.nullable) for place, term in enumerate(self.order.terms)
        )
        return select(few).order_by(*(term.clause for term in terms))

    def _loaded(self, ids: Sequence[str]) -> list[R]:
        """The records by these ids, in their order; one that was taken out of sight meanwhile is not among them."""
        if not ids:
            return []
        found = {record.id: record for record in db.session.scalars(self.whole.where(self._id.in_(ids)))}  # type: ignore[attr-defined]
        return [found[id_] for id_ in ids if id_ in found]


def plan_by_index() -> None:
    """For the rest of this transaction."""
    if db.engine.dialect.name == "postgresql":
        db.session.connection().execute(BY_INDEX)
