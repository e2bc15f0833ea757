"""Filters: any returned column as a query parameter, all of them combined with AND.

Text is "contains", ids and codes are exact, `a,b` is any of them, `1|5` and `10.00|10.99` are ranges, times also have
names (`api.time_ranges`). What is unknown or cannot be read is refused by name.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Numeric, Select, and_, cast, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from api.time_ranges import moment, named_range
from models import ID_SLACK_MS, Base, first_id_at
from schemas.refusals import Invalid
from schemas.rules import CONTROL, DIGITS, SURROGATE
from schemas.validation import label, unknown_names

LONGEST_VALUE = 1024
MOST_VALUES = 200
MS = 1000
DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
CENTS = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)
LATEST_ID_MS = 90_000_000_000_000


class Match(Enum):
    EXACT = auto()
    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    TIME = auto()
    DECIMAL = auto()
    """Text that holds a decimal number; compared by its value."""
    MONEY = auto()
    """Stored as whole cents, answered as text with two decimals."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: what it is stored as and how a filter reads it."""

    stored: ColumnElement[Any] | InstrumentedAttribute[Any]
    match: Match
    per_second: int = 1
    """For times: stored units in a second."""
    made_with: InstrumentedAttribute[str] | None = None
    """For the time of creation: the id that was made in the same moment. It has the index, and gives the order."""
    made_before: InstrumentedAttribute[str] | None = None
    """For the time of the last change: the id, which was made before that."""
    through: InstrumentedAttribute[Any] | None = None
    """The relationship that leads to the column, where it is another table's."""


Columns = Mapping[str, Column]


def columns_of(
    model: type[Base],
    names: Iterable[str],
    exact: Iterable[str] = (),
    *,
    decimal: Iterable[str] = (),
    money: Iterable[str] = (),
    through: InstrumentedAttribute[Any] | None = None,
    made_with_ids: bool = False,
) -> dict[str, Column]:
    """The columns by these names, matched as their types and names suggest.

    `exact` lists the codes among them, `decimal` the texts that hold decimal numbers, `money` what is stored in cents.
    `through` leads to the model where the list is of another. `made_with_ids` says that each record's id was made when
    the record was, so that `created_ts` sorts, and is looked up, as the id.
    """
    matches = {
        **dict.fromkeys(exact, Match.EXACT),
        **dict.fromkeys(decimal, Match.DECIMAL),
        **dict.fromkeys(money, Match.MONEY),
    }
    id_ = model.id if made_with_ids else None  # type: ignore[attr-defined]
    return {
        name: Column(
            (attribute := getattr(model, name)),
            matches.get(name) or _match(attribute, name),
            made_with=id_ if name == "created_ts" else None,
            made_before=id_ if name == "modified_ts" else None,
            through=through,
        )
        for name in names
    }


def _match(attribute: InstrumentedAttribute[Any], name: str) -> Match:
    if isinstance(attribute.type, Boolean):
        return Match.FLAG
    if isinstance(attribute.type, BigInteger):
        return Match.TIME if name.endswith("_ts") else Match.NUMBER
    return Match.EXACT if name == "id" or name.endswith("_id") else Match.TEXT


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
    condition = CONDITIONS[column.match](column, name, value)
    return condition if column.through is None else column.through.has(condition)


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
        return _within(column, moment(value)[0], None)
    if name.endswith("_to"):
        return _within(column, None, moment(value)[1])
    if value == "custom":
        return true()
    named = named_range(value)
    return _number(column, name, value) if named is None else _within(column, *named)


def _decimal(column: Column, _name: str, value: str) -> ColumnElement[bool]:
    number = cast(column.stored, Numeric(20, 6))
    ranges = (_ends(part, DECIMAL) for part in _parts(value))
    return or_(*(number.between(low, high) for low, high in ranges))


def _money(column: Column, _name: str, value: str) -> ColumnElement[bool]:
    ranges = (_ends(part, CENTS) for part in _parts(value))
    return or_(*(column.stored.between(int(low * 100), int(high * 100)) for low, high in ranges))


CONDITIONS: Mapping[Match, Callable[[Column, str, str], ColumnElement[bool]]] = {
    Match.EXACT: _exact,
    Match.TEXT: _text,
    Match.NUMBER: _number,
    Match.FLAG: _flag,
    Match.TIME: _time,
    Match.DECIMAL: _decimal,
    Match.MONEY: _money,
}


def _between(column: Column, low: int, high: int) -> ColumnElement[bool]:
    return _within(column, low, high + 1)


def _within(column: Column, first: int | None, after: int | None) -> ColumnElement[bool]:
    """From `first` on and before `after`. What was made with its id is looked up by the id, a little more widely."""
    terms: list[Any] = []
    if first is not None:
        terms.append(column.stored >= first * column.per_second)
    if after is not None:
        terms.append(column.stored < after * column.per_second)
    made_by = column.made_with if column.made_with is not None else column.made_before
    if column.made_with is not None and first is not None and 0 < first * MS - ID_SLACK_MS < LATEST_ID_MS:
        terms.append(column.made_with >= first_id_at(first * MS - ID_SLACK_MS))
    if made_by is not None and after is not None and 0 < after * MS + ID_SLACK_MS < LATEST_ID_MS:
        terms.append(made_by < first_id_at(after * MS + ID_SLACK_MS))
    return and_(*terms)


def _range(part: str) -> tuple[int, int]:
    first, _, last = part.partition("|")
    return _integer(first), _integer(last or first)


def _integer(text: str) -> int:
    """At most 15 digits: what is left after scaling fits any store's integers."""
    if not DIGITS.fullmatch(text) or len(text) > 15:  # noqa: PLR2004
        raise ValueError("must be a whole number, a list or a range of them")
    return int(text)


def _ends(part: str, form: re.Pattern[str]) -> tuple[Decimal, Decimal]:
    first, _, last = part.partition("|")
    if not form.fullmatch(first) or (last and not form.fullmatch(last)):
        raise ValueError("must be an amount like 10.00, a list or a range of them")
    return Decimal(first), Decimal(last or first)


def _parts(value: str) -> list[str]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not 0 < len(parts) <= MOST_VALUES:
        raise ValueError(f"must list 1 to {MOST_VALUES} values")
    return parts
