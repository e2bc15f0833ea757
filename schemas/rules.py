"""The rules that fields share, as pydantic annotations: `last_name: Annotated[str, text(64)]`.

A rule takes a wire value (JSON, or a form's text) and answers the clean one, or says in half a sentence what it
must be; `schemas.validation` puts the field's label before it. Blank text counts as not given.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, NoReturn

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from schemas.patterns import BLANK_PATTERN, FLAG, SOLID, JsonSchema, or_blank, text_pattern, whole_schema

ID_PATTERN = r"[A-Za-z0-9._-]{1,36}"
PHONE_PATTERN = r"[0-9]{10}"
EMAIL_LETTER = SOLID.replace("^", "^@")
EMAIL_PATTERN = rf"{EMAIL_LETTER}+@{EMAIL_LETTER}+\.{EMAIL_LETTER}+"
DECIMAL_PATTERN = r"-?[0-9]+(\.[0-9]+)?"

CONTROL_EXCEPT_SPACING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)
BLANK_TEXT = re.compile(BLANK_PATTERN)

BLANK = "cannot be blank"


def broken(says: str, field: str | None = None) -> NoReturn:
    """Refuse a value: `says` completes the sentence that begins with the field's label."""
    raise PydanticCustomError("rule", "{says}", {"says": says, "field": field})


def is_id(value: str) -> bool:
    """Whether this could be any record's id; what is not need not be looked up."""
    return re.fullmatch(ID_PATTERN, value) is not None


@dataclass(frozen=True, slots=True)
class TextRule:
    """What a text must be. `pattern` must match all of it; `says` describes the pattern."""

    longest: int
    shortest: int = 1
    pattern: str = ""
    says: str = ""
    one_line: bool = False

    def check(self, value: object) -> str:
        forbidden = CONTROL if self.one_line else CONTROL_EXCEPT_SPACING
        if not isinstance(value, str):
            broken("must be text")
        if forbidden.search(value) or SURROGATE.search(value):
            broken("contains characters that are not text")
        if self.pattern and not re.fullmatch(self.pattern, value):
            broken(self.says)
        if len(value) > self.longest:
            broken(f"must be at most {self.longest} characters")
        if len(value) < self.shortest:
            broken(f"must be at least {self.shortest} characters")
        return value

    def required(self, value: object) -> str:
        return broken(BLANK) if is_blank(value) else self.check(value)

    def optional(self, value: object) -> str | None:
        return None if is_blank(value) else self.check(value)

    def json_schema(self) -> JsonSchema:
        """What JSON Schema can say of it; `says` for people where it has a pattern of its own."""
        pattern = f"^(?:{self.pattern})$" if self.pattern else text_pattern(one_line=self.one_line)
        schema = {"type": "string", "minLength": self.shortest, "maxLength": self.longest, "pattern": pattern}
        return schema | ({"description": f"{self.says.capitalize()}."} if self.says.startswith("must") else {})

    def solid_schema(self) -> JsonSchema:
        """The same of a text that is not blank."""
        return {"allOf": [self.json_schema(), {"type": "string", "pattern": SOLID}]}


def described_as(schema: JsonSchema) -> Any:
    """A type that stands for what a rule takes, where a schema is made of the rule."""
    return Annotated[Any, WithJsonSchema(schema)]


def text(longest: int, **more: Any) -> Any:
    """Text that must be given; `more` as in TextRule."""
    rule = TextRule(longest, **more)
    return PlainValidator(rule.required, json_schema_input_type=described_as(rule.json_schema()))


def optional_text(longest: int, **more: Any) -> Any:
    """Text that may be left out, null or blank; all three become None."""
    rule = TextRule(longest, **more)
    return PlainValidator(rule.optional, json_schema_input_type=described_as(or_blank(rule.json_schema())))


def whole(least: int, most: int) -> Any:
    """An integer within bounds, as a number or as its digits."""

    def check(value: object) -> int:
        if is_blank(value):
            broken(BLANK)
        number = integer(value)
        if number is None:
            broken("must be a whole number")
        if not least <= number <= most:
            broken(f"must be between {least} and {most}")
        return number

    return PlainValidator(check, json_schema_input_type=described_as(whole_schema(least, most)))


def one_of(*words: str) -> Any:
    """One of these words; it must be given."""

    def check(value: object) -> str:
        if is_blank(value):
            broken(BLANK)
        return value if isinstance(value, str) and value in words else broken(f"must be one of {', '.join(words)}")

    return PlainValidator(check, json_schema_input_type=described_as({"enum": list(words)}))


def read_flag(value: object) -> bool:
    """The contract's booleans: true, false, 1, 0, "1", "0"; nothing else."""
    if is_blank(value):
        broken(BLANK)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str) and str(value) in {"0", "1"}:
        return str(value) == "1"
    broken("must be 1 or 0")


DAY = TextRule(10, pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}", says="must be a date like 1990-12-31")


def _read_day(value: object) -> str | None:
    """A calendar day, yyyy-mm-dd."""
    day = DAY.optional(value)
    try:
        return day if day is None else date.fromisoformat(day).isoformat()
    except ValueError:
        broken(DAY.says)


Flag = Annotated[bool, PlainValidator(read_flag, json_schema_input_type=described_as(FLAG))]
ID = TextRule(36, pattern=ID_PATTERN, says="is not an id")
Id = Annotated[str, text(36, pattern=ID_PATTERN, says="is not an id")]
OptionalId = Annotated[str | None, optional_text(36, pattern=ID_PATTERN, says="is not an id")]
Phone = Annotated[str | None, optional_text(10, pattern=PHONE_PATTERN, says="must be exactly 10 digits")]
Email = Annotated[str | None, optional_text(64, shortest=5, pattern=EMAIL_PATTERN, says="must be an email address")]
State = Annotated[str | None, optional_text(2, pattern=r"[A-Za-z]{2}", says="must be 2 letters")]
OptionalDay = Annotated[
    str | None,
    PlainValidator(_read_day, json_schema_input_type=described_as(or_blank({"type": "string", "format": "date"}))),
]
DecimalText = Annotated[str | None, optional_text(12, pattern=DECIMAL_PATTERN, says="must be a decimal number as text")]


def is_blank(value: object) -> bool:
    """Whether it counts as not given: null, or text of nothing but spaces."""
    return value is None or (isinstance(value, str) and BLANK_TEXT.fullmatch(value) is not None)


def integer(value: object) -> int | None:
    """The whole number that this is or spells; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON has one kind of numbers
    return int(value) if isinstance(value, str) and DIGITS.fullmatch(value) else None
