from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.rules import DecimalText, Email, Flag, Phone, State, TextRule, is_id, optional_text, text, whole

NOT_TEXT: list[object] = [1, 1.5, True, [], {}, ["a"]]


def outcome(annotation: Any, value: object) -> object:
    """The clean value, or the half sentence of the refusal."""
    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        return str(error.errors()[0]["msg"])


def annotated(rule: Any) -> Any:
    from typing import Annotated  # noqa: PLC0415 - a type made at run time

    return Annotated[object, rule]


@pytest.mark.parametrize(
    ("given", "meant"), [(True, True), (1, True), ("1", True), (False, False), (0, False), ("0", False)]
)
def test_a_flag_takes_the_six_spellings(given: object, meant: object) -> None:
    assert outcome(Flag, given) is meant


@pytest.mark.parametrize("given", ["true", "false", "yes", "on", 2, -1, 1.0, 0.0, [], {}, " 1", "01", "\uff11"])
def test_a_flag_takes_nothing_else(given: object) -> None:
    assert outcome(Flag, given) == "must be 1 or 0"


@pytest.mark.parametrize("given", [None, "", "  ", "\t\n", "\u3000"])
def test_blank_is_not_given(given: object) -> None:
    assert outcome(annotated(text(5)), given) == "cannot be blank"
    assert outcome(annotated(optional_text(5)), given) is None
    assert outcome(annotated(whole(1, 5)), given) == "cannot be blank"
    assert outcome(Flag, given) == "cannot be blank"


@pytest.mark.parametrize("given", NOT_TEXT)
def test_text_is_text(given: object) -> None:
    assert outcome(annotated(text(5)), given) == "must be text"


@pytest.mark.parametrize("given", ["a\x00", "\x07", "a\x1b[0m", "\x7f", "a\x85", "\ud800", "a\udfffb"])
def test_text_holds_no_control_characters_and_no_half_characters(given: str) -> None:
    assert outcome(annotated(text(50)), given) == "contains characters that are not text"


@pytest.mark.parametrize(
    "given", ["two\nlines", "a\ttab", "Ærø", "日本語", "👩‍👩‍👧", "<b>&'\"", "'; DROP TABLE x;--", " a "]
)
def test_text_is_kept_as_it_is(given: str) -> None:
    assert outcome(annotated(text(50)), given) == given


def test_one_line_holds_no_line_ends() -> None:
    assert outcome(annotated(text(50, one_line=True)), "a\r\nb") == "contains characters that are not text"


@pytest.mark.parametrize(
    ("length", "says"), [(4, None), (5, "must be at most 4 characters"), (1, "must be at least 2 characters")]
)
def test_length_counts_characters(length: int, says: str | None) -> None:
    assert outcome(annotated(text(4, shortest=2)), "é" * length) == (says or "é" * length)


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        (Phone, ["5551234567"], ["555123456", "55512345678", "555-123-4567", "٥٥٥١٢٣٤٥٦٧", "555123456\n"]),
        (State, ["NY", "mi"], ["N", "NYC", "N1", "ÄÖ"]),
        (
            Email,
            ["a@b.c", "x.y+z@mail.example.org"],
            ["a@bc", "a b@c.de", "@b.cd", "a@b@c.de", "a@b.c\n", "a" * 62 + "@b.c"],
        ),
        (DecimalText, ["0", "12.50", "-3", "123456789.12"], ["1e5", "1,5", ".5", "5.", "NaN", "1234567890.12"]),
    ],
)
def test_formats(annotation: Any, good: list[str], bad: list[str]) -> None:
    assert [outcome(annotation, value) for value in good] == good
    assert not [value for value in bad if outcome(annotation, value) == value]


@pytest.mark.parametrize(("given", "meant"), [(1, 1), ("2", 2), (3, 3), ("03", 3), (1.0, 1)])
def test_whole_numbers(given: object, meant: int) -> None:
    assert outcome(annotated(whole(1, 3)), given) == meant


@pytest.mark.parametrize("given", [1.5, True, "1.0", "1e0", "٣", [], "1" * 30, " 1"])
def test_what_is_no_whole_number(given: object) -> None:
    assert outcome(annotated(whole(1, 3)), given) == "must be a whole number"


@pytest.mark.parametrize("given", [0, 4, -1, "0", 10**4000])
def test_whole_numbers_out_of_bounds(given: object) -> None:
    assert outcome(annotated(whole(1, 3)), given) == "must be between 1 and 3"


@pytest.mark.parametrize(
    ("given", "could_be"),
    [
        ("23948sdnfia1129i9asf92", True),
        ("a" * 36, True),
        ("a" * 37, False),
        ("", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
    ],
)
def test_ids(given: str, could_be: object) -> None:
    assert is_id(given) is could_be


def test_a_rule_describes_itself_for_machines() -> None:
    schema = TypeAdapter(annotated(text(12, shortest=4, pattern="[0-9]+"))).json_schema()
    assert schema == {"type": "string", "maxLength": 12, "minLength": 4, "pattern": "^(?:[0-9]+)$"}


def test_a_pattern_speaks_for_itself() -> None:
    assert TextRule(5, pattern="[a-z]+", says="must be small letters").optional("") is None
    assert outcome(annotated(text(5, pattern="[a-z]+", says="must be small letters")), "A") == "must be small letters"
