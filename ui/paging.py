"""Turning the pages of short lists that are sorted by name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import Select, func, select

from extensions import db

T = TypeVar("T")
PAGE_SIZE = 50
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: its items, its number (from 1) and the count over all pages."""

    items: Sequence[T]
    number: int
    count: int
    size: int = PAGE_SIZE

    @classmethod
    def of(cls, query: Select[Any], arguments: Mapping[str, str], size: int = PAGE_SIZE) -> Self:
        """The page that `?page=` asks for; what is no page number counts as the first."""
        given = PAGE_NUMBER.fullmatch(arguments.get("page", ""))
        number = int(given[0]) if given else 1
        items = db.session.scalars(query.limit(size).offset((number - 1) * size)).all()
        count = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        return cls(items, number, count, size)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number * self.size < self.count else None
