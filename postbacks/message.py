"""The exact bytes of a POST: one frozen payload, one config, one attempt number. Pure.

The body is form-encoded with exactly the contract's four fields in their order; nothing else leaves the house
but the headers named here.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote_plus

VERSION = "0.1.0"
USER_AGENT = f"Postbacks/{VERSION}"
CONTENT_TYPE = "application/x-www-form-urlencoded"
MASK = "***"


def frozen_json(data: Mapping[str, object]) -> str:
    """A record as the compact JSON text that `data` carries; the same value gives the same text."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encoded_data(data: str) -> str:
    """The form-encoded `data` field: the part of the body that stays the same over all attempts."""
    return quote_plus(data)


def postback_body(type_: str, resource: str, number: int, data: str) -> bytes:
    """The form-encoded body: type, resource, number_of_attempts, data."""
    return f"type={type_}&resource={quote_plus(resource)}&number_of_attempts={number}&data={quote_plus(data)}".encode()


def basic_authorization(username: str, password: str | None) -> str:
    """The value of `Authorization` for these credentials, as UTF-8; no password is an empty one."""
    return "Basic " + b64encode(f"{username}:{password or ''}".encode()).decode()


def masked_headers(headers: Mapping[str, str]) -> str:
    """Request headers as the attempt log keeps them: one a line, credentials and signatures masked."""
    secret = {"authorization", "webhook-signature"}
    return "\n".join(f"{name}: {MASK if name.lower() in secret else value}" for name, value in headers.items())
