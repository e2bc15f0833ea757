"""The settings in effect, for people: under which name each is set, what it is, what it means. Secrets are masked."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from config import Settings

MASK = "***"
URLS = frozenset({"database_url", "redis_url"})


class Setting(NamedTuple):
    """`chosen`: whether it is another than the product's own."""

    variable: str
    value: str
    meaning: str
    chosen: bool


def settings_in_effect(chosen: Settings) -> Iterator[Setting]:
    """Each setting, in the order of their definition."""
    for name, field in Settings.model_fields.items():
        own = getattr(chosen, name) == field.default
        yield Setting(variable(name, field), shown(chosen, name), field.description or "", not own)


def variable(name: str, field: FieldInfo) -> str:
    """The environment variable of a setting; where it has several, the one to recommend."""
    alias = field.validation_alias
    choices = getattr(alias, "choices", [alias] if isinstance(alias, str) else [])
    return str(choices[0]) if choices else f"POSTBACK_{name.upper()}"


def shown(chosen: Settings, name: str) -> str:
    """The value as it would be written into the environment, without what must not be seen."""
    value = getattr(chosen, name)
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if name in URLS:
        return without_password(str(value))
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(_range(part) if isinstance(part, tuple) else str(part) for part in value)
    return "" if value is None else str(value)


def without_password(url: str) -> str:
    """The address of a store as it may be shown."""
    try:
        return make_url(url).render_as_string(hide_password=True) if url else ""
    except (ArgumentError, ValueError):
        return MASK


def _range(ports: tuple[int, int]) -> str:
    low, high = ports
    return str(low) if low == high else f"{low}-{high}"
