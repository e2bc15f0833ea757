import json
import unicodedata

import pytest

from ui.inert import MOST_SHOWN, form_fields, header_lines, inert_text, pretty_json, visible

ALLOWED_CONTROLS = {"\n", "\t"}


def is_inert(text: str) -> bool:
    text.encode()  # a lone surrogate could not be sent to a browser
    return all(letter in ALLOWED_CONTROLS or unicodedata.category(letter)[0] != "C" for letter in text)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"plain", "plain"),
        ("grüß ✓ 漢字".encode(), "grüß ✓ 漢字"),
        (b"two\r\nlines\tand a tab", "two\nlines\tand a tab"),
        (b"a\x1b[31mred", "a\\x1b[31mred"),
        (b"nul\x00", "nul\\x00"),
        ("a\u202eb".encode(), "a\\u202eb"),
        ("a\u2028b\ufeff".encode(), "a\\u2028b\\ufeff"),
        ("\U000e0041".encode(), "\\U000e0041"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_bytes_become_text_that_can_do_nothing(data: bytes, text: str) -> None:
    shown = inert_text(data)
    assert shown.text == text
    assert is_inert(shown.text)
    assert (shown.note is not None) == (b"\xff" in data or b"\xed" in data)


def test_every_byte_is_shown_somehow() -> None:
    assert is_inert(inert_text(bytes(range(256)) * 8).text)


def test_long_bodies_are_cut_between_characters() -> None:
    shown = inert_text("é".encode() * MOST_SHOWN)
    assert shown.text == "é" * (MOST_SHOWN // 2)
    assert shown.note == "Only the first 64 KiB are shown."
    odd = inert_text(b"x" + "é".encode() * MOST_SHOWN)
    assert "\\x" not in odd.text


def test_a_surrogate_in_text_is_shown_as_an_escape() -> None:
    assert visible("a\ud800b") == "a\\ud800b"


@pytest.mark.parametrize(
    ("text", "pretty"),
    [
        ('{"a":1}', '{\n  "a": 1\n}'),
        ('{"a":[1,2],"b":{}}', '{\n  "a": [\n    1,\n    2\n  ],\n  "b": {}\n}'),
        ("[ ]", "[]"),
        ('"x"', '"x"'),
        ("[1.10,1e400,-0]", "[\n  1.10,\n  1e400,\n  -0\n]"),
        ('{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'),
        ('["a,b:{}\\"[",1]', '[\n  "a,b:{}\\"[",\n  1\n]'),
        ('"\\ud800"', '"\\ud800"'),
    ],
)
def test_json_is_indented_and_otherwise_as_it_came(text: str, pretty: str) -> None:
    assert pretty_json(text) == pretty


@pytest.mark.parametrize("text", ["", "{", "nope", "{'a':1}", "[" * 200_000, "9" * 10_000, "\x00"])
def test_what_is_no_json_is_left_to_others(text: str) -> None:
    assert pretty_json(text) is None


def test_pretty_json_says_the_same() -> None:
    value = {"a": [1, {"b": None, "c": 'd\ne\t"f"'}], "ü": ["", [], {}, True]}
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False), json.dumps(value, indent=7)):
        assert json.loads(pretty_json(text) or "") == value


def test_deep_json_does_not_grow_out_of_hand() -> None:
    text = "[" * 900 + "]" * 900
    assert len(pretty_json(text) or "") < 200_000


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"a=1&b=+x%20y", [("a", "1"), ("b", " x y")]),
        (b"a=&a=2", [("a", ""), ("a", "2")]),
        (b"a=%ff", [("a", "\\xff")]),
        (b"", []),
        (b"{}", []),
        (b"\xff=1", []),
        (b"&".join([b"a=1"] * 300), []),
    ],
)
def test_form_fields(body: bytes, fields: list[tuple[str, str]]) -> None:
    assert form_fields(body) == fields


def test_header_lines() -> None:
    text = "Content-Type: text/html; a=b:c\nEmpty:\n\nno colon\nEvil: \x1b[0m<b>"
    assert header_lines(text) == [
        ("Content-Type", "text/html; a=b:c"),
        ("Empty", ""),
        ("no colon", ""),
        ("Evil", "\\x1b[0m<b>"),
    ]
    assert header_lines(None) == []
