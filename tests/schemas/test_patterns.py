"""What a rule says of itself as JSON Schema, and what it does: the same for every value."""

import re
from itertools import product
from typing import Annotated, Any

import jsonschema_rs
import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.contact import ContactInput
from schemas.patterns import digits_between, listed_schema, named_schema
from schemas.rules import (
    DecimalText,
    Email,
    Flag,
    Id,
    OptionalDay,
    OptionalId,
    Phone,
    State,
    optional_text,
    text,
    whole,
)

RULES: dict[str, Any] = {
    "text": Annotated[object, text(5)],
    "one line": Annotated[object, text(5, one_line=True)],
    "optional text": Annotated[object, optional_text(5, shortest=2)],
    "digits": Annotated[object, optional_text(4, pattern="[0-9]+", says="must be digits")],
    "whole": Annotated[object, whole(1, 250)],
    "flag": Flag,
    "id": Id,
    "optional id": OptionalId,
    "day": OptionalDay,
    "phone": Phone,
    "email": Email,
    "state": State,
    "decimal": DecimalText,
}
VALUES: list[object] = [
    None, True, False, 0, 1, 2, 250, 251, -1, 1.5, 7.0, [], {}, "", " ", "\t\n", "\u3000", "\u2028", "\ufeff", "\x0b",
    "\x1c", "\x85", "a", "ab", "abcdef", "a b", " a ", "a\nb", "a\x00", "\x7f", "é", "日本語", "0", "1", "01", "007",
    "250", "251", "-1", "+1", "1.5", "-1.50", "1e3", "NY", "ny", "N1", "a@b.c", "a@b", "a b@c.d", "a@b.c\n",
    "5551234567", "555123456a", "1990-12-31", "1990-02-30", "1990-1-1", "x" * 36, "x" * 37, "a.b-c_d", "a/b",
]  # fmt: skip


def is_taken(annotation: Any, value: object) -> bool:
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("rule", RULES)
def test_a_rules_schema_is_true(rule: str) -> None:
    schema = TypeAdapter(RULES[rule]).json_schema()
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    wrong = [value for value in VALUES if validator.is_valid(value) != is_taken(RULES[rule], value)]
    assert wrong == []


@pytest.mark.parametrize(("least", "most"), [(0, 4), (1, 100), (1, 604_800), (7, 7), (13, 87), (5, 1234), (100, 599)])
def test_numbers_are_told_by_their_digits(least: int, most: int) -> None:
    pattern = re.compile(f"(?:{digits_between(least, most)})")
    near = {*range(1300), *(edge + step for edge, step in product((least, most), (-1, 0, 1)))}
    assert [number for number in near if bool(pattern.fullmatch(str(number))) != (least <= number <= most)] == []


@pytest.mark.parametrize(
    ("given", "listed", "named"),
    [
        ("a", True, True),
        ("a,b", True, True),
        (" a , ,b,", True, True),
        ("", True, False),
        (",", True, False),
        ("a b", False, False),
        ("c", False, False),
    ],
)
def test_lists_of_words(given: str, listed: bool, named: bool) -> None:  # noqa: FBT001
    assert bool(re.fullmatch(listed_schema("(?:a|b)", 9)["pattern"], given)) is listed
    assert bool(re.fullmatch(named_schema("a|b", 9)["pattern"], given)) is named


def test_fields_say_what_their_docstrings_say() -> None:
    assert ContactInput.model_json_schema()["properties"]["update_if_exists"]["description"].startswith(
        "An instruction"
    )
