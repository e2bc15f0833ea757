"""Texts that break careless programs, by the way in which they do it. Every one is text that JSON can carry."""

import json
import os
from itertools import chain
from pathlib import Path

LONG = 100_000

CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, 0x80, 0x85, 0x9B, 0x9F)]
SPACES = [
    " ",
    "\t",
    "\n",
    "\r\n",
    "a\nb",
    "a\r\nb",
    " a",
    "a ",
    *(chr(code) for code in (0xA0, 0x2000, 0x2009, 0x3000)),
]
INVISIBLE = [
    f"a{chr(code)}b"
    for code in (0xAD, 0x34F, 0x61C, 0x115F, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0x2063, 0xFEFF, 0xFFF9, 0xFFFC)
]
LINES = ["a\u2028b", "a\u2029b", "a\x85b", "a\x0bb", "a\x0cb"]
DIRECTIONS = [f"a{chr(code)}b" for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
SCRIPTS = [
    "שלום עולם",
    "مرحبا بالعالم",
    "עברית and English العربية 123",
    "日本語テキスト",
    "中文字符",
    "한국어",
    "Ελληνικά",
    "Кириллица",
    "हिन्दी",
    "ไทย",
    "தமிழ்",
    "ﷺ",
    "ﷺ" * 20,
    "ijĲǆﬁﬃ",
    "İıſßẞ",
    "Ωµ™½²③Ⅷ",
    "\uff11\uff12\uff13",
    "٠١٢٣",
]
MARKS = ["e\u0301", "\u0301", "a" + "\u0300" * 30, "Z" + "".join(chr(0x300 + step) for step in range(60)), "q̷̢̛̗"]
EMOJI = [
    "😀",
    "👩‍👩‍👧‍👦",
    "👍🏿",
    "🇩🇪🇯🇵",
    "1️⃣",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "☺️",
    "💩" * 16,
]
EDGES = [
    "\u0000",
    "a\u0000b",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\U0001fffe",
    "\U0010ffff",
    "\U000f0000",
    "\ue000",
]
SURROGATES = ["\ud800", "\udfff", "a\udc00b", "\udc00\ud800", "\ud83d", "x\ud800" * 3]
NUMBERS = [
    *(
        "0",
        "-0",
        "1",
        "-1",
        "00",
        "007",
        "1.0",
        "1.",
        ".5",
        "1e5",
        "1E400",
        "-1e-400",
        "+1",
        "1_000",
        "1,000.00",
        "0x1F",
    ),
    *(
        "0b1",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "1/0",
        "½",
        "2147483648",
        "-2147483649",
        "9223372036854775808",
        "9" * 60,
    ),
]
WORDS = [
    *(
        "null",
        "NULL",
        "None",
        "nil",
        "undefined",
        "true",
        "false",
        "True",
        "yes",
        "on",
        "[object Object]",
        "id",
        "self",
    ),
    *("__proto__", "constructor", "__class__", "con", "NUL", "aux.txt", "password", "admin", "root", "contact"),
]
MARKUP = [
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></textarea></select><h1>out",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "` onload=alert(1) `",
    "<svg/onload=alert(1)>",
    "<!-- -->",
    "<!--",
    "]]>",
    "<![CDATA[x]]>",
    "&amp;&lt;&#60;&nbsp;&bogus;",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<a href=//evil.example>x",
    "\uff1cscript\uff1e",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
]
TEMPLATES = [
    *("{{ 7*7 }}", "{{config}}", "{% raw %}", "{#", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0}", "{0.__class__}", "%(a)s"),
    *(
        "%s%s%s%n",
        "%d",
        "%",
        "%%",
        "%00",
        "%0d%0aX: y",
        "%c0%ae",
        "$HOME",
        "`id`",
        "$(id)",
        "; id",
        "| id",
        "&& id",
        "\\",
    ),
]
QUERIES = [
    *("'", "''", '"', "' OR '1'='1", "1; DROP TABLE contacts; --", "') OR 1=1 --", "x' UNION SELECT 1,2,3 --", "\\'"),
    *(
        "a%b_c",
        "_",
        "*",
        "?",
        "a,b",
        "a|b",
        "1|5",
        "-created_ts",
        "$ne",
        '{"$gt": ""}',
        "E'\\\\x41'",
        "*)(uid=*",
        "\u02bc",
    ),
]
LINES_OF_PROTOCOLS = [
    *(
        "a\r\nX-Evil: 1",
        "a\nSet-Cookie: a=b",
        "\r\n\r\n<html>",
        "a&type=DELETE",
        "a=b&c=d",
        "a+b c%20d",
        "a;b",
        "#frag",
    ),
    *("=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\tTAB", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07"),
]
PATHS = [
    *("../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\", "\\\\host\\share", "file:///etc/passwd", "~", "."),
    *("..", "a/b", "//", "/", "a\x00.png", "http://169.254.169.254/", "http://[::1]/", "//evil.example", "http://a@b"),
]
LENGTHS = ["a" * length for length in (10, 36, 64, 65, 128, 129, 255, 256, 512, 513, 1025, LONG)] + [
    "😀" * 64,
    "é" * 129,
]

KINDS = {
    "controls": CONTROLS,
    "spaces": SPACES,
    "invisible": INVISIBLE,
    "lines": LINES,
    "directions": DIRECTIONS,
    "scripts": SCRIPTS,
    "marks": MARKS,
    "emoji": EMOJI,
    "edges": EDGES,
    "surrogates": SURROGATES,
    "numbers": NUMBERS,
    "words": WORDS,
    "markup": MARKUP,
    "templates": TEMPLATES,
    "queries": QUERIES,
    "protocols": LINES_OF_PROTOCOLS,
    "paths": PATHS,
    "lengths": LENGTHS,
}
STRINGS = list(dict.fromkeys(chain.from_iterable(KINDS.values())))


def public_strings() -> list[str]:
    """Those of a public list, where CORPORA names a folder with one."""
    if "CORPORA" not in os.environ:
        return []
    return list(json.loads((Path(os.environ["CORPORA"]) / "naughty_strings.json").read_text()))
