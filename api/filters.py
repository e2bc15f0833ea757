"""Filters: any returned column as a query parameter, all of them combined with AND.

Text is "contains", ids and codes are exact, `a,b` is any of them, `1|5` a range, times also have names
(`api.time_ranges`). What is unknown or cannot be read is refused by name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from api.time_ranges import moment, named_range
from models import Base
from schemas.refusals import Invalid
from schemas.rules import CONTROL, DIGITS, SURROGATE
from schemas.validation import label, unknown_names

LONGEST_VALUE = 1024
MOST_VALUES = 200


class Match(Enum):
    EXACT = auto()
    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    TIME = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: what it is stored as and how a filter reads it."""

    stored: ColumnElement[Any] | InstrumentedAttribute[Any]
    match: Match
    per_second: int = 1
    """For times: stored units in a second."""


Columns = Mapping[str, Column]


def columns_of(model: type[Base], names: Iterable[str], exact: Iterable[str] = ()) -> dict[str, Column]:
    """The columns by these names, matched as their types and names suggest; `exact` lists the codes among them."""
    codes = set(exact)
    return {name: Column(getattr(model, name), _match(getattr(model, name), name, codes)) for name in names}


def _match(attribute: InstrumentedAttribute[Any], name: str, exact: set[str]) -> Match:
    if isinstance(attribute.type, Boolean):
        return Match.FLAG
    if isinstance(attribute.type, BigInteger):
        return Match.TIME if name.endswith("_ts") else Match.NUMBER
    return Match.EXACT if name in exact or name == "id" or name.endswith("_id") else Match.TEXT


def filtered(statement: Select[Any], columns: Columns, given: Sequence[tuple[str, str]]) -> Select[Any]:
    """The statement under these filters. Raises Invalid naming what is unknown or cannot be read."""
    errors: dict[str, list[str]] = unknown_names(
        (name for name, _ in given if _column(columns, name) is None), "filter"
    )
    for name, value in given:
        column = _column(columns, name)
        if column is None or not value.strip():
            continue
        try:
            statement = statement.where(_condition(column, name, value))
        except ValueError as error:
            errors.setdefault(name, []).append(f"{label(name)} {error}.")
    if errors:
        raise Invalid(errors)
    return statement


def _column(columns: Columns, name: str) -> Column | None:
    """The column that a parameter filters by; a time also answers to its name with `_from` and `_to`."""
    if name in columns:
        return columns[name]
    bounded = columns.get(name.removesuffix("_from") if name.endswith("_from") else name.removesuffix("_to"))
    return bounded if bounded is not None and bounded.match is Match.TIME else None


def _condition(column: Column, name: str, value: str) -> ColumnElement[bool]:
    if len(value) > LONGEST_VALUE:
        raise ValueError(f"must be at most {LONGEST_VALUE} characters")
    if CONTROL.search(value) or SURROGATE.search(value):
        raise ValueError("contains characters that are not text")
    return CONDITIONS[column.match](column, name, value)


def _exact(column: Column, _name: str, value: str) -> ColumnElement[bool]:
    return column.stored.in_(_parts(value))


def _text(column: Column, _name: str, value: str) -> ColumnElement[bool]:
    if "," in value:
        return column.stored.in_(_parts(value))
    return column.stored.icontains(value, autoescape=True)


def _number(column: Column, _name: str, value: str) -> ColumnElement[bool]:
    return or_(*(_between(column, *_range(part)) for part in _parts(value)))


def _flag(column: Column, _name: str, value: str) -> ColumnElement[bool]:
    if value not in {"0", "1", "true", "false"}:
        raise ValueError("must be 1 or 0")
    return column.stored.is_(value in {"1", "true"})


def _time(column: Column, name: str, value: str) -> ColumnElement[bool]:
    if name.endswith("_from"):
        return column.stored >= moment(value)[0] * column.per_second
    if name.endswith("_to"):
        return column.stored < moment(value)[1] * column.per_second
    if value == "custom":
        return and_(True)
    named = named_range(value)
    if named is not None:
        return _between(column, named[0], named[1] - 1)
    return _number(column, name, value)


CONDITIONS: Mapping[Match, Callable[[Column, str, str], ColumnElement[bool]]] = {
    Match.EXACT: _exact,
    Match.TEXT: _text,
    Match.NUMBER: _number,
    Match.FLAG: _flag,
    Match.TIME: _time,
}


def _between(column: Column, low: int, high: int) -> ColumnElement[bool]:
    return and_(column.stored >= low * column.per_second, column.stored < (high + 1) * column.per_second)


def _range(part: str) -> tuple[int, int]:
    first, _, last = part.partition("|")
    return _integer(first), _integer(last or first)


def _integer(text: str) -> int:
    """At most 15 digits: what is left after scaling fits any store's integers."""
    if not DIGITS.fullmatch(text) or len(text) > 15:  # noqa: PLR2004
        raise ValueError("must be a whole number, a list or a range of them")
    return int(text)


def _parts(value: str) -> list[str]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not 0 < len(parts) <= MOST_VALUES:
        raise ValueError(f"must list 1 to {MOST_VALUES} values")
    return parts
