"""Signature headers after Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.

The signed content is `id.timestamp.body`, the key is what follows `whsec_` in the secret, base64-decoded.
Pure: no clock, no storage.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
KEY_BYTES = 32
MOMENT = re.compile("[0-9]{1,15}")
"""Epoch seconds, as we write them."""


def new_secret() -> str:
    """A fresh signing secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The raw key that a secret stands for."""
    return base64.b64decode(secret.removeprefix(PREFIX))


def signature(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one `v1,…` for each key, space separated (two while a secret rotates)."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys)


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether these headers (names in lower case) sign this body with this secret. Age is not judged here."""
    timestamp = headers.get("webhook-timestamp", "")
    if not MOMENT.fullmatch(timestamp):
        return False
    message_id, given = headers.get("webhook-id", ""), headers.get("webhook-signature", "")
    try:
        expected = signature([key_of(secret)], message_id, int(timestamp), body).encode()
        return any(hmac.compare_digest(expected, one.encode()) for one in given.split(" "))
    except UnicodeEncodeError:  # lone surrogates: nothing of ours looks like that
        return False
