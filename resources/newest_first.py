"""Reading a long list from its newest end, a piece at a time, by id: ids sort by the time of their making."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from extensions import db
from schemas.rules import is_id


class HasId(Protocol):
    @property
    def id(self) -> object: ...


T = TypeVar("T", bound=HasId)


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """Some rows, newest first; `older` is the id to go on before, None at the end."""

    rows: Sequence[T]
    older: str | None


def newest_first(query: Select[T], id_column: InstrumentedAttribute[str], before: str | None, size: int) -> Piece[T]:
    """The newest `size` rows of the query, or the newest of those before an id."""
    if before is not None and is_id(before):
        query = query.where(id_column < before)
    found = db.session.scalars(query.order_by(id_column.desc()).limit(size + 1)).all()
    rows = found[:size]
    return Piece(rows, str(rows[-1].id) if len(found) > size else None)
