"""Turning the pages of short lists that are sorted by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import Select, func, select

from extensions import db
from ui.asked import asked_page

T = TypeVar("T")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: its items, its number (from 1) and the count over all pages."""

    items: Sequence[T]
    number: int
    count: int
    size: int = PAGE_SIZE

    @classmethod
    def of(cls, query: Select[Any], size: int = PAGE_SIZE) -> Self:
        """The page that `?page=` asks for, as far as there are pages."""
        count = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        number = asked_page(last=max(1, -(-count // size)))
        items = db.session.scalars(query.limit(size).offset((number - 1) * size)).all()
        return cls(items, number, count, size)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number * self.size < self.count else None
