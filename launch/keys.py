"""The keys that everything secret hangs on: one signs cookies, the others encrypt what is stored.

They come from the environment or from files in the instance folder that only its owner may read. Only the demo
makes its own; everywhere else the product refuses to start without them.
"""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from config import KEY_FILES, Settings, refuse_start

SHORTEST_SECRET_KEY = 32
FEWEST_CHARACTERS = 8
"""Different characters a key must have: a random one of that length has more, `changeme…` repeated has not."""
REMEDY = "Run `flask generate-keys` and put what it prints into the environment, or keep it with `--write`."


def require_keys(settings: Settings) -> None:
    """End the process where a key is missing, short, a placeholder, or lies in a file that others may read."""
    problems = [*_secret_key_problems(settings), *_encryption_key_problems(settings), *_file_problems(settings)]
    if problems:
        refuse_start("\n  ".join(["Postbacks does not start:", *problems]) + f"\n{REMEDY}")


def new_keys() -> dict[str, str]:
    """Fresh keys by the names of their settings."""
    return {"secret_key": secrets.token_urlsafe(48), "encryption_keys": Fernet.generate_key().decode()}


def keep_missing_keys(settings: Settings) -> list[Path]:
    """Make each key that is not set, keep it in the instance folder and in these settings. Returns the new files."""
    made = {name: key for name, key in new_keys().items() if not getattr(settings, name).get_secret_value()}
    settings.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = [_keep(settings.instance_path / KEY_FILES[name], key) for name, key in made.items()]
    for name, kept in zip(made, files, strict=True):
        setattr(settings, name, SecretStr(kept.read_text().strip()))
    return files


def _keep(path: Path, key: str) -> Path:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    return path


def _secret_key_problems(settings: Settings) -> list[str]:
    key = settings.secret_key.get_secret_value()
    if not key:
        return ["POSTBACK_SECRET_KEY is not set."]
    if len(key) < SHORTEST_SECRET_KEY:
        return [f"POSTBACK_SECRET_KEY is too short: it needs at least {SHORTEST_SECRET_KEY} characters."]
    if len(set(key)) < FEWEST_CHARACTERS or "changeme" in key.lower():
        return ["POSTBACK_SECRET_KEY is a placeholder, not a random key."]
    return []


def _encryption_key_problems(settings: Settings) -> list[str]:
    if not settings.fernet_keys:
        return ["POSTBACK_ENCRYPTION_KEYS is not set."]
    unfit = [str(number) for number, key in enumerate(settings.fernet_keys, start=1) if not _is_fernet_key(key)]
    if unfit:
        return [f"POSTBACK_ENCRYPTION_KEYS, key {', '.join(unfit)} of the list: not a key that `generate-keys` made."]
    return []


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return len(set(key)) >= FEWEST_CHARACTERS


def _file_problems(settings: Settings) -> list[str]:
    paths = [settings.instance_path / file for file in KEY_FILES.values()]
    return [
        f"{path} may be read by others than its owner: chmod 600 '{path}'"
        for path in paths
        if path.is_file() and path.stat().st_mode & 0o077
    ]
