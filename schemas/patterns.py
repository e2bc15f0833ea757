"""What the rules of fields look like in JSON Schema. True to the letter: a schema fuzzer holds the rules to it.

The patterns are written so that Python, JavaScript and others read them alike: no `\\s`, whose meaning differs.
"""

from collections.abc import Mapping
from typing import Any

JsonSchema = dict[str, Any]

SPACES = r"\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""Beyond ASCII."""
LETTER = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
LETTER_OF_A_LINE = r"[^\x00-\x1f\x7f-\x9f]"
SOLID = rf"[^\x00-\x20\x7f-\x9f{SPACES}]"
"""A character that is no space."""
BLANK_PATTERN = rf"[\t\n\r {SPACES}]*"

BLANK: JsonSchema = {"type": ["string", "null"], "pattern": f"^{BLANK_PATTERN}$", "description": "Counts as not given."}
FLAG: JsonSchema = {"enum": [True, False, 1, 0, "1", "0"], "description": "On or off."}
ON: JsonSchema = {"enum": [True, 1, "1"]}


def text_pattern(*, one_line: bool = False) -> str:
    """Text that is not blank and holds no control characters; those of spacing only where lines may end."""
    letter = LETTER_OF_A_LINE if one_line else LETTER
    return f"^{letter}*{SOLID}{letter}*$"


def or_blank(schema: Mapping[str, Any]) -> JsonSchema:
    """What may also be left out, null or blank."""
    return {"anyOf": [dict(schema), BLANK]}


def whole_schema(least: int, most: int) -> JsonSchema:
    """An integer within bounds, as a number or as its digits."""
    digits = {"type": "string", "pattern": f"^0{{0,4}}(?:{digits_between(least, most)})$"}
    return {"anyOf": [{"type": "integer", "minimum": least, "maximum": most}, digits]}


def listed_schema(word: str, longest: int) -> JsonSchema:
    """A comma list of words; spaces and empty places between them do not count."""
    return {"type": "string", "maxLength": longest, "pattern": rf"^[ ,]*(?:{word} *(?:,[ ,]*{word} *)*(?:,[ ,]*)?)?$"}


def named_schema(word: str, longest: int) -> JsonSchema:
    """As listed_schema, with at least one word."""
    return {
        "type": "string",
        "maxLength": longest,
        "pattern": rf"^[ ,]*(?:{word}) *(?:,[ ,]*(?:{word}) *)*(?:,[ ,]*)?$",
    }


def digits_between(least: int, most: int) -> str:
    """A pattern for the whole numbers from `least` (0 or more) to `most`, without leading zeros."""
    assert 0 <= least <= most
    return "|".join(
        part
        for length in range(len(str(least)), len(str(most)) + 1)
        for part in _of_length(str(max(least, 10 ** (length - 1) if length > 1 else 0)), str(min(most, 10**length - 1)))
    )


def _of_length(low: str, high: str) -> list[str]:
    """Patterns for the numbers between two of the same length."""
    if not low:
        return [""]
    rest = len(low) - 1
    if low[1:] == "0" * rest and high[1:] == "9" * rest:
        return [f"{_digit(low[0], high[0])}{f'[0-9]{{{rest}}}' if rest else ''}"]
    if low[0] == high[0]:
        return [low[0] + part for part in _of_length(low[1:], high[1:])]
    first = [low[0] + part for part in _of_length(low[1:], "9" * rest)]
    last = [high[0] + part for part in _of_length("0" * rest, high[1:])]
    between = range(int(low[0]) + 1, int(high[0]))
    middle = [f"{_digit(str(between[0]), str(between[-1]))}[0-9]{{{rest}}}"] if between else []
    return [*first, *middle, *last]


def _digit(low: str, high: str) -> str:
    return low if low == high else f"[{low}-{high}]"
