"""`flask settings`: what is in effect, and what each setting means."""

from collections.abc import Iterator

import click
from flask.cli import with_appcontext
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from config import Settings
from extensions import settings

MASK = "***"
URLS = frozenset({"database_url", "redis_url"})


@click.command("settings")
@with_appcontext
def show_settings() -> None:
    """Print every setting in effect, secrets masked."""
    chosen = settings()
    rows = [(variable(name, field), shown(chosen, name), field.description or "") for name, field in _fields()]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, value, meaning in rows:
        click.echo(f"{name:<{first}}  {value:<{min(second, 40)}}  {meaning}")


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
        return _without_password(str(value))
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(_range(part) if isinstance(part, tuple) else str(part) for part in value)
    return "" if value is None else str(value)


def _fields() -> Iterator[tuple[str, FieldInfo]]:
    yield from Settings.model_fields.items()


def _range(ports: tuple[int, int]) -> str:
    low, high = ports
    return str(low) if low == high else f"{low}-{high}"


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True) if url else ""
    except (ArgumentError, ValueError):
        return MASK
