"""A new signing secret on its way from the form that made it to the one page that shows it.

It travels in the browser's own session cookie, encrypted, for one redirect, and is gone once read; so reloading the
page neither shows it again nor makes a second config.
"""

from flask import session

from extensions import settings
from postbacks.encryption import Vault

KEY = "fresh_secret"


def remember_secret(config_id: str, secret: str) -> None:
    session[KEY] = [config_id, _vault().encrypt(secret).decode("ascii")]


def take_secret(config_id: str) -> str | None:
    """The secret, if it was made by the request before this one; only once."""
    found = session.pop(KEY, None)
    if not found or found[0] != config_id:
        return None
    return _vault().decrypt(found[1].encode("ascii"))


def _vault() -> Vault:
    return Vault(settings().fernet_keys)
