"""Secrets in an answer: found in every usual encoding, at every place, and never at the cost of what is none."""

import html
import json
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest

from postbacks.answer import Answer
from postbacks.masking import repeated, secrets_of, start_of
from postbacks.message import PostbackRequest
from postbacks.signing import signature

PASSWORD = 'Gehört/"Mir" & so+weiter=='
TOKEN = b64encode(b"user:" + PASSWORD.encode()).decode()
SECRETS = secrets_of((TOKEN, PASSWORD))
ENCODINGS = {
    "as it is": PASSWORD,
    "JSON": json.dumps(PASSWORD),
    "JSON in UTF-8": json.dumps(PASSWORD, ensure_ascii=False),
    "PHP's JSON": json.dumps(PASSWORD).replace("/", "\\/"),
    "HTML": html.escape(PASSWORD),
    "URL": quote(PASSWORD, safe=""),
    "form": quote_plus(PASSWORD),
    "base64": TOKEN,
    "base64 in JSON": TOKEN.replace("=", "\\u003d"),
}


def stored(data: bytes, most: int = 16 * 1024, signed: str = "") -> bytes:
    return start_of(data, most, repeated(data, SECRETS, signed), cut=False)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_is_found_however_it_is_written(encoding: str) -> None:
    answer = f"before {ENCODINGS[encoding]} after"
    kept = stored(answer.encode()).decode()
    assert "***" in kept
    assert "weiter" not in kept
    assert TOKEN[:12] not in kept
    assert kept.startswith("before ")
    assert kept.endswith(" after")


def test_it_is_found_in_latin_1_too() -> None:
    assert stored(f"x {PASSWORD} x".encode("latin-1")) == b"x *** x"


@pytest.mark.parametrize("keys", [[b"k" * 32], [b"k" * 32, b"l" * 32]])
def test_signatures_are_found_with_and_without_their_version(keys: list[bytes]) -> None:
    for number in range(200):  # with / and + in every place
        signed = signature(keys, str(number), 1, b"body")
        for one in signed.split(" "):
            assert stored(f"{one};{one[3:]};".encode(), signed=signed) == b"v1,***;***;"
            assert stored(one.replace("/", "\\/").encode(), signed=signed) == b"v1,***"


def test_nothing_else_is_touched() -> None:
    data = b'{"user": "user", "hint": "so weiter", "ok": true}' * 100
    assert stored(data) == data
    assert repeated(b"Content-Length: 2", SECRETS, signature([b"k"], "1", 2, b"")) == []


def test_what_is_too_short_to_be_told_from_chance_is_left() -> None:
    assert secrets_of(("", "a", "abc")) == secrets_of(())
    assert secrets_of(("abcd",)).texts == ("abcd",)


@pytest.mark.parametrize("length", [0, 20_000, 100_000])
def test_no_part_of_a_secret_is_kept_at_any_edge(length: int) -> None:
    """Across the end of what is kept, and across the end of what is read."""
    tail = b"z" * length
    for edge in (16 * 1024, 24 * 1024):
        for before in range(0, len(TOKEN) + 2, 3):
            for secret in (TOKEN.encode(), PASSWORD.encode()):
                body = b"y" * (edge - before) + secret + tail
                answer = Answer(16 * 1024)
                answer.header(b"HTTP/1.1 200 OK\r\n")
                answer.header(b"X: " + body + b"\r\n")
                answer.body(body)
                response = answer.response(PostbackRequest("http://x.test/", (), b"", SECRETS))
                for kept in (response.content, response.head.partition(b"X: ")[2]):
                    assert len(kept) <= 16 * 1024
                    assert kept.strip(b"yz*") == b"", (edge, before)


def test_many_secrets_in_a_row_let_none_slip_in_behind_them() -> None:
    body = TOKEN.encode() * 2000
    answer = Answer(16 * 1024)
    answer.header(b"HTTP/1.1 200 OK\r\n")
    for start in range(0, len(body), 1000):
        answer.body(body[start : start + 1000])
    kept = answer.response(PostbackRequest("http://x.test/", (), b"", SECRETS)).content
    assert kept.replace(b"*", b"") == b""
