"""The exact bytes of a POST: one frozen payload, one config, one attempt number. Pure.

The body is form-encoded with exactly the contract's four fields in their order; nothing else leaves the house
but the headers named here.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from string import ascii_letters, digits

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict

from postbacks.signing import signature

VERSION = "0.1.0"
USER_AGENT = f"Postbacks/{VERSION}"
CONTENT_TYPE = "application/x-www-form-urlencoded"
MASK = "***"
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
SAFE = frozenset(ascii_letters + digits + "_.-~")


def frozen_json(data: Mapping[str, object]) -> str:
    """A record as the compact JSON text that `data` carries; the same value gives the same text."""
    return COMPACT.encode(data)


def form_encoded(text: str) -> str:
    """The text as a form-encoded value: `quote_plus`, several times as fast on the long JSON this is for.

    Replaces each unsafe character that occurs in one sweep over the text, instead of looking at every character.
    """
    octets = text.encode().decode("latin-1")
    unsafe = set(octets) - SAFE
    if "%" in unsafe:
        octets = octets.replace("%", "%25")
    for letter in unsafe - {"%", " "}:
        octets = octets.replace(letter, f"%{ord(letter):02X}")
    return octets.replace(" ", "+")


def postback_body(type_: str, resource: str, number: int, data: str) -> bytes:
    """The form-encoded body: type, resource, number_of_attempts, data."""
    fields = f"type={type_}&resource={form_encoded(resource)}&number_of_attempts={number}&data={form_encoded(data)}"
    return fields.encode("ascii")


def basic_authorization(username: str, password: str | None) -> str:
    """The value of `Authorization` for these credentials, as UTF-8; no password is an empty one."""
    return "Basic " + b64encode(f"{username}:{password or ''}".encode()).decode()


class PostbackRequest(PreparedRequest):
    """requests' PreparedRequest, made from header lines; the mapping is built only for who asks for it."""

    def __init__(self, url: str, header_lines: tuple[str, ...], body: bytes) -> None:
        self.method = "POST"
        self.url = url
        self.header_lines = header_lines
        self.body = body
        self.hooks = {}

    @property
    def headers(self) -> CaseInsensitiveDict[str]:  # type: ignore[override]
        return CaseInsensitiveDict(
            (name, value) for name, _, value in (line.partition(": ") for line in self.header_lines)
        )

    @property
    def masked_headers(self) -> str:
        """The headers as the attempt log keeps them: one a line, credentials and signatures masked."""
        return "\n".join(_masked(line) for line in self.header_lines)


def _masked(line: str) -> str:
    secret = line.startswith(("Authorization:", "webhook-signature:"))
    return f"{line.partition(':')[0]}: {MASK}" if secret else line


def signed_request(
    url: str, fixed_lines: tuple[str, ...], body: bytes, *, message_id: str, keys: Sequence[bytes], timestamp: int
) -> PostbackRequest:
    """The request for one attempt: a config's URL and fixed header lines, this body, signed for this moment."""
    lines = (
        *fixed_lines,
        f"webhook-id: {message_id}",
        f"webhook-timestamp: {timestamp}",
        f"webhook-signature: {signature(keys, message_id, timestamp, body)}",
    )
    return PostbackRequest(url, lines, body)
