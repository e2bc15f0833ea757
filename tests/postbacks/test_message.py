"""The bytes of a POST, checked against urllib and against the contract's own words."""

import json
import random
from base64 import b64decode
from urllib.parse import parse_qsl, quote_plus

import pytest

from postbacks.masking import MASK
from postbacks.message import (
    basic_authorization,
    form_encoded,
    frozen_json,
    postback_body,
    signed_request,
)
from postbacks.signing import signature

ALPHABETS = (
    "%+ &=?#/\\\"'<>;:,@!$*()[]{}|^`~-_.",
    "abcXYZ0189-_.~",
    "éüñßæøÅ¿¡€",
    "日本語한국어ру́сскийעברית",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467\U0002f81a\U0010ffff",
    "\x00\x01\t\n\r\x7f\x80\u2028\ufeff\ufffe",
)


def random_texts(count: int) -> list[str]:
    chance = random.Random(7)
    letters = "".join(ALPHABETS)
    return ["".join(chance.choices(letters, k=chance.randrange(80))) for _ in range(count)]


def test_the_body_is_the_four_fields_in_the_contracts_order() -> None:
    assert postback_body("CREATE", "contact", 1, '{"a":"b c&d","é":null}') == (
        b"type=CREATE&resource=contact&number_of_attempts=1&data=%7B%22a%22%3A%22b+c%26d%22%2C%22%C3%A9%22%3Anull%7D"
    )


@pytest.mark.parametrize("type_", ["CREATE", "UPDATE", "DELETE"])
@pytest.mark.parametrize("number", [1, 2, 10, 999])
def test_a_receiver_reads_the_fields_back_as_they_were(type_: str, number: int) -> None:
    data = frozen_json({"last_name": "O'Neil & Søn + 100%", "note": "\n\t\U0001f600"})
    body = postback_body(type_, "contact", number, data)
    assert parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True) == [
        ("type", type_),
        ("resource", "contact"),
        ("number_of_attempts", str(number)),
        ("data", data),
    ]


def test_form_encoding_equals_urllibs_on_every_single_character_below_0x800() -> None:
    for code in range(0x800):
        assert form_encoded(chr(code)) == quote_plus(chr(code)), hex(code)


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_form_encoding_equals_urllibs_on_a_whole_alphabet(alphabet: str) -> None:
    assert form_encoded(alphabet) == quote_plus(alphabet)
    assert form_encoded(alphabet * 3) == quote_plus(alphabet * 3)


def test_form_encoding_equals_urllibs_on_random_text() -> None:
    for text in random_texts(3000):
        assert form_encoded(text) == quote_plus(text), ascii(text)


@pytest.mark.parametrize("text", ["", " ", "+", "%", "%2B", "%25%2525", "++  %%", "%E9", "a=b&c=d"])
def test_what_looks_encoded_already_is_encoded_again(text: str) -> None:
    encoded = form_encoded(text)
    assert encoded == quote_plus(text)
    assert dict(parse_qsl(f"x={encoded}", keep_blank_values=True)) == {"x": text}


def test_a_lone_surrogate_cannot_be_encoded() -> None:
    with pytest.raises(UnicodeEncodeError):
        form_encoded("\ud83d")


def test_the_same_record_gives_the_same_bytes() -> None:
    record = {"z": 1, "a": [True, None, 1.5], "m": {"y": "é", "b": ""}}
    bodies = {postback_body("UPDATE", "contact", 3, frozen_json(dict(record))) for _ in range(100)}
    assert len(bodies) == 1


def test_frozen_json_is_compact_keeps_the_order_and_spells_unicode_out() -> None:
    assert frozen_json({"z": "é😀", "a": [1, None, False], "m": {}}) == '{"z":"é😀","a":[1,null,false],"m":{}}'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_frozen_json_refuses_what_json_has_no_word_for(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        frozen_json({"amount": number})


def test_frozen_json_is_what_json_reads_back() -> None:
    for text in random_texts(300):
        assert json.loads(frozen_json({"text": text})) == {"text": text}


@pytest.mark.parametrize(
    ("username", "password", "pair"),
    [
        ("me", "secret", "me:secret"),
        ("me", None, "me:"),
        ("me", "", "me:"),
        ("me", "None", "me:None"),
        ("mé", "пароль:with:colons", "mé:пароль:with:colons"),
        ("x", "\U0001f511", "x:\U0001f511"),
    ],
)
def test_basic_credentials_are_utf8_and_no_password_is_an_empty_one(
    username: str, password: str | None, pair: str
) -> None:
    scheme, _, encoded = basic_authorization(username, password).partition(" ")
    assert (scheme, b64decode(encoded).decode()) == ("Basic", pair)


FIXED = ("Content-Type: x", "User-Agent: y", "Authorization: Basic c2VjcmV0")


def test_a_request_carries_the_fixed_headers_then_those_of_this_attempt() -> None:
    body = postback_body("CREATE", "contact", 1, "{}")
    request = signed_request(
        "https://receiver.test/hook", FIXED, body, message_id="delivery-1", keys=[b"key"], timestamp=1700000000
    )
    assert request.header_lines == (
        *FIXED,
        "webhook-id: delivery-1",
        "webhook-timestamp: 1700000000",
        f"webhook-signature: {signature([b'key'], 'delivery-1', 1700000000, body)}",
    )
    assert (request.method, request.url, request.body) == ("POST", "https://receiver.test/hook", body)
    assert request.headers["WEBHOOK-ID"] == "delivery-1"
    assert len(request.headers) == len(request.header_lines)


def test_the_attempt_log_masks_credentials_and_signatures_only() -> None:
    request = signed_request("https://x.test/", FIXED, b"", message_id="1", keys=[b"k"], timestamp=2)
    assert request.masked_headers.split("\n") == [
        "Content-Type: x",
        "User-Agent: y",
        f"Authorization: {MASK}",
        "webhook-id: 1",
        "webhook-timestamp: 2",
        f"webhook-signature: {MASK}",
    ]


def test_two_keys_sign_one_request_twice() -> None:
    request = signed_request("https://x.test/", (), b"b", message_id="1", keys=[b"k", b"l"], timestamp=2)
    assert request.headers["webhook-signature"] == signature([b"k", b"l"], "1", 2, b"b")
