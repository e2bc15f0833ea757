"""Bodies that are no JSON, and JSON that no address asks for; made from the grammar, by where a flaw may sit."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

NO_VALUES = [
    *(
        b"",
        b"NaN",
        b"-NaN",
        b"Infinity",
        b"-Infinity",
        b"+1",
        b"01",
        b"-01",
        b"-",
        b"--1",
        b".5",
        b"1.",
        b"1.e5",
        b"1e",
    ),
    *(b"1e+", b"1E-", b"0x1F", b"0b1", b"0o7", b"1_000", b"1,000", b"1 2", b"1f", b"1L", b"0.1.2", b"\xef\xbc\x91"),
    *(b"True", b"False", b"None", b"nil", b"undefined", b"tru", b"nul", b"nulll", b"TRUE", b"Null", b"yes", b"@", b"$"),
    *(b"'a'", b'"a', b'a"', b'"a""b"', b'"a"b', b"`a`", b"a", b'"\\x41"', b'"\\u12"', b'"\\uZZZZ"', b'"\\a"', b'"\\'),
    *(
        b'"\\"',
        b'"\n"',
        b'"\t"',
        b'"\r"',
        b'"\x00"',
        b'"\x1f"',
        b"\x00",
        b"\x1e1",
        b"b'a'",
        b'u"a"',
        b'R"(a)"',
        b'"""a"""',
    ),
    *(
        b"[",
        b"]",
        b"[1",
        b"1]",
        b"[,]",
        b"[1,]",
        b"[,1]",
        b"[1,,2]",
        b"[1 2]",
        b"[1;2]",
        b"[1:2]",
        b"(1)",
        b"<1>",
        b"[1}",
    ),
    *(b"{", b"}", b'{"a"}', b'{"a":}', b"{:1}", b'{"a":1,}', b'{,"a":1}', b'{"a":1,,"b":2}', b'{"a" 1}', b'{"a"=1}'),
    *(
        b"{a:1}",
        b"{'a':1}",
        b"{1:1}",
        b"{null:1}",
        b"{[]:1}",
        b'{"a":1 "b":2}',
        b'{"a":1;"b":2}',
        b'{"a"::1}',
        b'{"a":1]',
    ),
    *(
        b"// c\n1",
        b"/* c */ 1",
        b"1 // c",
        b"# c\n1",
        b"<!-- -->1",
        b"1;",
        b"1 1",
        b"{}{}",
        b"[][]",
        b"{} []",
        b"\xa01",
    ),
    *(
        b"\xc2\xa01",
        b"\xe2\x80\xa81",
        b"\x0b1",
        b"\x0c1",
        b"<a/>",
        b"a: 1",
        b"---\na: 1",
        b"a=1&b=2",
        b"$ref",
        b"*",
        b"...",
    ),
]
"""Where a value should stand."""

NO_TEXTS = [
    *(
        b"\xff",
        b"\xfe\xff",
        b"\xc0\xaf",
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
    ),
    *(b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\x80", b"\xbf"),
    *(b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"a\xe9b", b"\xc3\x28", b"\xfc\x84\x80\x80\x80\x80"),
]
"""Bytes that are no UTF-8."""

ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig", "cp037"]
BYTES_AROUND = [
    b"\x00",
    b"\xef\xbb\xbf",
    b",",
    b"]",
    b"}",
    b"x",
    b"{}",
    b"null",
    b";",
    b"\x1a",
    b"\x04",
    b"// end",
    b"\xff",
]

ODD_VALUES = [
    *(
        b"null",
        b"true",
        b"false",
        b"0",
        b"-1",
        b"1.5",
        b"-0.0",
        b"1e308",
        b"1e-999",
        b"9" * 400,
        b"-" + b"9" * 30,
        b"[]",
    ),
    *(b"[[]]", b"[null]", b"[{}]", b"{}", b'{"":""}', b'{"a":{"b":{}}}', b'""', b'" "', b'"\\u0000"', b'"\\ud800"'),
    *(
        b'"\\udc00\\ud800"',
        b'"\\uFFFF"',
        b'"\\ud83d\\ude00"',
        b'["a","b"]',
        b'{"$gt":""}',
        b'{"__proto__":{}}',
        b"[0,1]",
    ),
]
"""JSON of types and sizes that few fields take."""


def malformed(wrapper: str, fields: dict[str, object]) -> Iterator[bytes]:
    """What must be answered 400 everywhere: it is no JSON, or says one thing twice, or is too deep."""
    key, whole = json.dumps(wrapper).encode(), json.dumps({wrapper: fields}).encode()
    yield from NO_VALUES
    yield from (b"{" + key + b":" + flaw + b"}" for flaw in NO_VALUES)
    yield from (b"{" + key + b':{"location_id":' + flaw + b"}}" for flaw in NO_VALUES)
    yield from (b"{" + key + b':{"location_id":"' + flaw + b'"}}' for flaw in NO_TEXTS)
    yield from (b'{"' + flaw + b'":{}}' for flaw in NO_TEXTS)
    yield from (whole.decode().encode(name) for name in ENCODINGS)
    yield from (whole + junk for junk in BYTES_AROUND)
    yield from (junk + whole for junk in BYTES_AROUND)
    yield from (whole[:length] for length in range(1, len(whole)))
    yield from _deep(key)
    yield from _twice(key)


def _deep(key: bytes) -> Iterator[bytes]:
    for depth in (65, 500, 5_000, 100_000):
        yield b"[" * depth
        yield b"[" * depth + b"]" * depth
        yield b'{"a":' * depth + b"1" + b"}" * depth
        yield b"{" + key + b":" + b"[" * depth + b"]" * depth + b"}"
        yield b"{" + key + b':{"location_id":' + b'[{"a":' * depth + b"1" + b"}]" * depth + b"}}"


def _twice(key: bytes) -> Iterator[bytes]:
    yield b"{" + key + b":{}," + key + b":{}}"
    yield b"{" + key + b':{"location_id":"1","location_id":"1"}}'
    yield b"{" + key + b':{"location_id":"1","location\\u005fid":"2"}}'
    yield b"{" + key + b':{"location_id":[{"a":1,"b":2,"a":3}]}}'


def odd(wrapper: str) -> Iterator[bytes]:
    """JSON that no address takes: other tops, other wrappers, other types, more than was asked for."""
    key = json.dumps(wrapper).encode()
    yield from ODD_VALUES
    yield from (b"{" + key + b":" + value + b"}" for value in ODD_VALUES)
    yield from (b"{" + json.dumps(name).encode() + b":{}}" for name in _other_names(wrapper))
    yield b"{" + key + b':{},"more":{}}'
    yield b"[{" + key + b":{}}]"
    yield b"{" + key + b":{" + b",".join(b'"k%d":1' % number for number in range(10_000)) + b"}}"
    yield b"{" + key + b':{"' + b"k" * 1_000_000 + b'":1}}'
    yield b"{" + key + b":{" + b"" + key + b":{}}}"
    yield b"{" + key + b":" + b"[" * 60 + b"]" * 60 + b"}"


def _other_names(wrapper: str) -> list[str]:
    return [
        "",
        " ",
        wrapper.upper(),
        wrapper + "s",
        wrapper + " ",
        "data",
        "\u0000",
        "\ud800",
        "é",
        "a" * 5_000,
        "__class__",
    ]


def public_bodies() -> Iterator[tuple[bytes, bool]]:
    """Those of a public test suite for parsers of JSON, where CORPORA names a folder with one; and whether it is JSON.

    Where the suite leaves that open, they count as JSON.
    """
    if "CORPORA" in os.environ:
        for file in sorted((Path(os.environ["CORPORA"]) / "json").iterdir()):
            yield file.read_bytes(), not file.name.startswith("n_")
