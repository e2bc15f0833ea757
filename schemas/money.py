"""Amounts of money: whole cents inside, text with two decimals on the wire."""

import re
from typing import Annotated

from pydantic import PlainValidator

from schemas.patterns import BLANK as BLANK_SCHEMA
from schemas.patterns import JsonSchema
from schemas.rules import BLANK, broken, described_as, is_blank

PATTERN = r"[0-9]{1,9}(\.[0-9]{1,2})?"
WRITTEN = re.compile(PATTERN, re.ASCII)
SAYS = "must be an amount like 10.00"


def cents(value: object) -> int:
    """The cents of an amount as it may be written: "10", "10.5", "10.50", or the same as a number."""
    if is_blank(value):
        broken(BLANK)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        broken(SAYS)
    text = _plain(value) if isinstance(value, float) else str(value)
    if not WRITTEN.fullmatch(text):
        broken(SAYS)
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def optional_cents(value: object) -> int | None:
    """As `cents`; None where it was not given."""
    return None if is_blank(value) else cents(value)


def money(amount: int | None) -> str | None:
    """Cents as they are answered: 1050 → "10.50"."""
    return None if amount is None else f"{amount // 100}.{amount % 100:02}"


def _plain(number: float) -> str:
    """A number without an exponent: what JSON had as 1e2 or 10.50."""
    return str(int(number)) if number.is_integer() else repr(number)


AMOUNT_SCHEMA: JsonSchema = {
    "anyOf": [
        {"type": "string", "pattern": f"^{PATTERN}$", "description": "An amount like 10.00."},
        {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    ]
}

Amount = Annotated[int, PlainValidator(cents, json_schema_input_type=described_as(AMOUNT_SCHEMA))]
OptionalAmount = Annotated[
    int | None,
    PlainValidator(
        optional_cents, json_schema_input_type=described_as({"anyOf": [*AMOUNT_SCHEMA["anyOf"], BLANK_SCHEMA]})
    ),
]
