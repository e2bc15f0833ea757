"""The settings under which the product is tested, as its processes take them and as `Settings`.

Loopback receivers may be called, deadlines are short, and nothing is read from a developer's `.env`.
"""

import os
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from config import Settings

ENCRYPTION_KEY = Fernet.generate_key().decode()
PREFIX = "POSTBACK_"

DEFAULTS = {
    "SECRET_KEY": "only-for-tests-0123456789abcdef0123456789abcdef",
    "ENCRYPTION_KEYS": ENCRYPTION_KEY,
    "ALLOWED_NETWORKS": "127.0.0.0/8",
    "ALLOWED_PORTS": "1-65535",
    "ALLOW_HTTP": "1",
    "SECURE_COOKIES": "0",
    "PUBLIC_URL": "http://postbacks.test",
    "TOTAL_TIMEOUT": "3",
    "CONNECT_TIMEOUT": "2",
}


def product_environment(instance_path: Path, **values: object) -> dict[str, str]:
    """The environment of a product process: `total_timeout=3` becomes POSTBACK_TOTAL_TIMEOUT."""
    passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    given = {name.upper(): str(value) for name, value in values.items()}
    ours = {**DEFAULTS, "INSTANCE_PATH": str(instance_path), **given}
    return {**passed_on, **{PREFIX + name: value for name, value in ours.items()}}


def product_settings(environment: dict[str, str]) -> Settings:
    """The same settings for an application inside the test's own process."""
    values: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)
    }
    return Settings(_env_file=None, **values)
