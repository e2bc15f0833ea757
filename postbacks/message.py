"""The exact bytes of a POST: one frozen payload, one config, one attempt number. Pure.

The body is form-encoded with exactly the contract's four fields in their order; nothing else leaves the house
but the headers named here.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from string import ascii_letters, digits

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict

from postbacks.masking import MASK, NO_SECRETS, Secrets
from postbacks.signing import signature

VERSION = "0.1.0"
USER_AGENT = f"Postbacks/{VERSION}"
CONTENT_TYPE = "application/x-www-form-urlencoded"
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
SAFE = (ascii_letters + digits + "_.-~").encode()
PERCENT, SPACE = b"% "


def frozen_json(data: Mapping[str, object]) -> str:
    """A record as the compact JSON text that `data` carries; the same value gives the same text."""
    return COMPACT.encode(data)


def form_encoded(text: str) -> str:
    """The text as a form-encoded value: `quote_plus`, many times as fast on the long JSON this is for.

    Replaces each unsafe octet that occurs in one sweep over the text, instead of looking at every character.
    """
    octets = text.encode()
    unsafe = set(octets.translate(None, SAFE))
    if PERCENT in unsafe:  # first: the others bring new ones
        octets = octets.replace(b"%", b"%25")
    for octet in unsafe - {PERCENT, SPACE}:
        octets = octets.replace(bytes((octet,)), b"%%%02X" % octet)
    return octets.replace(b" ", b"+").decode("ascii")


def postback_body(type_: str, resource: str, number: int, data: str) -> bytes:
    """The form-encoded body: type, resource, number_of_attempts, data."""
    name = _encoded_name(resource)
    return f"type={type_}&resource={name}&number_of_attempts={number}&data={form_encoded(data)}".encode("ascii")


_encoded_name = lru_cache(1024)(form_encoded)


def basic_authorization(username: str, password: str | None) -> str:
    """The value of `Authorization` for these credentials, as UTF-8; no password is an empty one."""
    return "Basic " + b64encode(f"{username}:{password or ''}".encode()).decode()


class PostbackRequest(PreparedRequest):
    """requests' PreparedRequest, made from header lines; the mapping is built only for who asks for it."""

    def __init__(
        self, url: str, header_lines: tuple[str, ...], body: bytes, secrets: Secrets = NO_SECRETS, signed: str = ""
    ) -> None:
        self.method = "POST"
        self.url = url
        self.header_lines = header_lines
        self.body = body
        self.hooks = {}
        self.secrets = secrets
        self.signed = signed

    @property
    def headers(self) -> CaseInsensitiveDict[str]:  # type: ignore[override]
        return CaseInsensitiveDict(
            (name, value) for name, _, value in (line.partition(": ") for line in self.header_lines)
        )

    @property
    def masked_headers(self) -> str:
        """The headers as the attempt log keeps them: one a line, credentials and signatures masked."""
        *fixed, signed_id, signed_at, _ = self.header_lines
        return f"{_masked(tuple(fixed))}{signed_id}\n{signed_at}\nwebhook-signature: {MASK}"


@lru_cache(4096)
def _masked(fixed_lines: tuple[str, ...]) -> str:
    """A config's own header lines, the credentials masked; the same for each of its attempts."""
    hidden = f"Authorization: {MASK}"
    return "".join(f"{hidden if line.startswith('Authorization:') else line}\n" for line in fixed_lines)


def signed_request(
    url: str,
    fixed_lines: tuple[str, ...],
    body: bytes,
    *,
    message_id: str,
    keys: Sequence[bytes],
    timestamp: int,
    secrets: Secrets = NO_SECRETS,
) -> PostbackRequest:
    """The request for one attempt: a config's URL and fixed header lines, this body, signed for this moment.

    `secrets` are the config's own, to be masked in what the receiver answers; the signatures are masked anyway.
    """
    signed = signature(keys, message_id, timestamp, body)
    lines = (
        *fixed_lines,
        f"webhook-id: {message_id}",
        f"webhook-timestamp: {timestamp}",
        f"webhook-signature: {signed}",
    )
    return PostbackRequest(url, lines, body, secrets, signed)
