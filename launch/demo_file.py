"""`instance/demo.env`: what a script needs to use the demo, in shell syntax, for its owner's eyes."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

NAMES = (
    "POSTBACK_URL",
    "DEVELOPER_ID",
    "USER_ID",
    "USER_API_KEY",
    "LOCATION_ID",
    "OTHER_LOCATION_ID",
    "UI_USERNAME",
    "UI_PASSWORD",
    "INBOX_URL",
)


def demo_file(folder: Path) -> Path:
    return folder / "demo.env"


def read_demo_file(folder: Path) -> dict[str, str]:
    """What an earlier start wrote, by name; empty where there is nothing readable."""
    try:
        words = shlex.split(demo_file(folder).read_text(), comments=True)
    except (OSError, ValueError):
        return {}
    return {name: value for name, _, value in (word.partition("=") for word in words) if name in NAMES}


def write_demo_file(folder: Path, values: Mapping[str, str]) -> Path:
    """Replace the file in one step, so that no reader ever sees half of it. Returns its path."""
    path = demo_file(folder)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name}={shlex.quote(values[name])}\n" for name in NAMES)
    fresh.replace(path)
    return path
