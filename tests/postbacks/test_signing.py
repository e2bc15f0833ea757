"""Signatures, against an HMAC computed by hand."""

import base64
import hashlib

import pytest

from postbacks.signing import key_of, new_secret, signature, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another key of some length, 32 b").decode()
BODY = b"type=CREATE&resource=contact&number_of_attempts=1&data=%7B%7D"
BLOCK = 64


def hmac_by_hand(key: bytes, message: bytes) -> bytes:
    """RFC 2104, spelled out."""
    key = hashlib.sha256(key).digest() if len(key) > BLOCK else key
    padded = key.ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def signed_by_hand(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.split("_")[1])
    content = message_id.encode() + b"." + str(timestamp).encode() + b"." + body
    return "v1," + base64.b64encode(hmac_by_hand(key, content)).decode()


def headers(given: str, timestamp: str = "1700000000", message_id: str = "delivery-1") -> dict[str, str]:
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": given}


@pytest.mark.parametrize("body", [b"", BODY, b'{"test": 2432232314}', bytes(range(256)), b"x" * 100_000])
@pytest.mark.parametrize("message_id", ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1f0b7c2a"])
def test_equals_the_hmac_computed_by_hand(message_id: str, body: bytes) -> None:
    expected = signed_by_hand(SECRET, message_id, 1614265330, body)
    assert signature([key_of(SECRET)], message_id, 1614265330, body) == expected


def test_equals_the_vector_that_standard_webhooks_publishes() -> None:
    given = signature([key_of(SECRET)], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_rotates_both_sign_in_their_order() -> None:
    both = signature([key_of(SECRET), key_of(OTHER)], "delivery-1", 1700000000, BODY)
    expected = [signed_by_hand(secret, "delivery-1", 1700000000, BODY) for secret in (SECRET, OTHER)]
    assert both.split(" ") == expected
    assert verify(SECRET, headers(both), BODY)
    assert verify(OTHER, headers(both), BODY)
    assert not verify(new_secret(), headers(both), BODY)


def test_new_secrets_are_32_random_bytes_and_never_alike() -> None:
    made = [new_secret() for _ in range(200)]
    assert len(set(made)) == 200
    assert all(one.startswith("whsec_") and len(key_of(one)) == 32 for one in made)


def test_verifies_what_it_signed_and_nothing_else() -> None:
    given = signed_by_hand(SECRET, "delivery-1", 1700000000, BODY)
    assert verify(SECRET, headers(given), BODY)
    assert not verify(OTHER, headers(given), BODY)
    assert not verify(SECRET, headers(given), BODY + b" ")
    assert not verify(SECRET, headers(given, timestamp="1700000001"), BODY)
    assert not verify(SECRET, headers(given, message_id="delivery-2"), BODY)
    assert not verify(SECRET, headers(given.replace("v1,", "v2,")), BODY)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"webhook-timestamp": "1700000000"},
        headers(""),
        headers("   "),
        headers("v1,"),
        headers("v1,é"),
        headers("v1,\udce9"),
        headers("v1,AAAA", timestamp=""),
        headers("v1,AAAA", timestamp="now"),
        headers("v1,AAAA", timestamp="-1"),
        headers("v1,AAAA", timestamp="1.5"),
        headers("v1,AAAA", timestamp="\u00b2"),
        headers("v1,AAAA", timestamp="\u0661\u0662"),
        headers("v1,AAAA", timestamp="9" * 5000),
        headers("v1,AAAA", message_id="\udce9"),
    ],
)
def test_hostile_headers_verify_nothing_and_break_nothing(given: dict[str, str]) -> None:
    assert verify(SECRET, given, BODY) is False
