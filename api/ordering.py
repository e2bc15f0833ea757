"""The order of a list, and how to go on in it after a row: by the row's own values, not by counting.

Unset comes first going up, last going down, on every store; the id decides between equals. Where one goes on stays
the same place whatever was added or removed before it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, and_, false, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from api.filters import Column, Columns
from schemas.refusals import Invalid
from schemas.rules import SURROGATE
from schemas.validation import unknown_names

NEWEST_FIRST = "-created_ts"
MOST_FIELDS = 4
LONGEST_CURSOR = 4096
LARGEST_INTEGER = 2**63
END = "end"
"""The cursor of the last page."""
Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Term:
    """One column of an order."""

    value: Any
    down: bool
    nullable: bool

    @property
    def clause(self) -> ColumnElement[Any]:
        ordered: ColumnElement[Any] = self.value.desc() if self.down else self.value.asc()
        if not self.nullable:
            return ordered  # said of a column that is never null, it would keep PostgreSQL from its index
        return ordered.nulls_last() if self.down else ordered.nulls_first()

    def same(self, value: Any) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = self.value.is_(None) if value is None else self.value == literal(value)
        return condition

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """What comes after this value; null counts as the smallest."""
        if value is None:
            return false() if self.down else or_(self.value.is_not(None))
        if not self.down:
            return or_(self.value > literal(value))
        smaller: ColumnElement[bool] = self.value < literal(value)
        return or_(smaller, self.value.is_(None)) if self.nullable else smaller

    def turned(self) -> "Term":
        return Term(self.value, not self.down, self.nullable)

    def takes(self, value: object) -> bool:
        """Whether this could be a value of the column."""
        if value is None:
            return self.nullable
        if isinstance(self.value.type, Boolean):
            return isinstance(value, bool)
        if isinstance(self.value.type, Integer):
            return type(value) is int and -LARGEST_INTEGER <= value < LARGEST_INTEGER
        return isinstance(value, str) and "\x00" not in value and not SURROGATE.search(value)


@dataclass(frozen=True)
class Order:
    """The order that was asked for: field → asc or desc, in the order of their weight."""

    columns: Columns
    sort: Mapping[str, str]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        last = next(reversed(list(self.sort.values())), "desc")
        wanted = {**self.sort, "id": self.sort.get("id", last)}
        found: dict[str, Term] = {}
        for name, direction in wanted.items():
            term = _term(self.columns[name], down=direction == "desc")
            found.setdefault(str(term.value), term)
        return tuple(found.values())

    @property
    def key(self) -> list[ColumnElement[Any]]:
        """What a row must be asked for beside its id, so that a list can go on after it."""
        return [literal(True) if term.value is None else term.value for term in self.terms]

    def clauses(self, *, turned: bool = False) -> list[ColumnElement[Any]]:
        return [(term.turned() if turned else term).clause for term in self.terms]

    def after(self, values: Values) -> ColumnElement[bool]:
        """What comes after the row of these values."""
        terms = self.terms
        if not any(term.nullable for term in terms) and len({term.down for term in terms}) == 1:
            # Said as one comparison it is a range of the index.
            row, bound = tuple_(*(term.value for term in terms)), tuple_(*map(literal, values))
            return row < bound if terms[0].down else row > bound
        return or_(
            *(
                and_(
                    *(before.same(value) for before, value in zip(terms[:place], values, strict=False)), term.beyond(at)
                )
                for place, (term, at) in enumerate(zip(terms, values, strict=True))
            )
        )

    def cursor(self, values: Values) -> str:
        """The place after the row of these values, as a caller hands it back."""
        return urlsafe_b64encode(json.dumps([self.said, list(values)]).encode()).decode().rstrip("=")

    def place(self, cursor: str) -> Values:
        """The values in a cursor. Raises Invalid for what is none, or one of another order."""
        try:
            said, values = json.loads(urlsafe_b64decode(cursor[:LONGEST_CURSOR].encode("ascii") + b"=="))
            fits = all(term.takes(value) for term, value in zip(self.terms, values, strict=True))
        except (ValueError, TypeError, RecursionError):
            fits, said = False, ""
        if not fits or said != self.said:
            raise Invalid({"cursor": ["cursor is none of this list in this order; begin without one."]})
        return list(values)

    @property
    def said(self) -> str:
        return ",".join(f"-{name}" if way == "desc" else name for name, way in self.sort.items())


def order_asked(columns: Columns, text: str | None) -> Order:
    """What `sort` says. Raises Invalid."""
    default = NEWEST_FIRST if "created_ts" in columns else "-id"
    asked = [part.strip() for part in (default if text is None else text).split(",")]
    fields = {part.removeprefix("-"): "desc" if part.startswith("-") else "asc" for part in asked if part}
    unknown = [name for name in fields if name not in columns]
    if unknown:
        sentences = [sentence for found in unknown_names(unknown, "field to sort by").values() for sentence in found]
        raise Invalid({"sort": sentences})
    if len(fields) > MOST_FIELDS:
        raise Invalid({"sort": [f"Sort may name at most {MOST_FIELDS} fields."]})
    return Order(columns, fields)


def _term(column: Column, *, down: bool) -> Term:
    if column.made_with is not None:
        return Term(column.made_with, down, nullable=False)
    if column.through is not None:
        return Term(_seen_through(column), down, nullable=True)
    nullable = not isinstance(column.stored, InstrumentedAttribute) or bool(column.stored.nullable)
    return Term(column.stored, down, nullable)


def _seen_through(column: Column) -> ColumnElement[Any]:
    """Another table's column, fetched for each row by itself: a join would have the store sort all rows first."""
    assert column.through is not None
    joined: ColumnElement[bool] = column.through.expression
    return select(column.stored).where(joined).scalar_subquery()
