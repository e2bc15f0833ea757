"""`flask settings`: what is in effect, and what each setting means."""

import click
from flask.cli import with_appcontext

from extensions import settings
from resources.settings_in_effect import settings_in_effect


@click.command("settings")
@with_appcontext
def show_settings() -> None:
    """Print every setting in effect, secrets masked."""
    rows = list(settings_in_effect(settings()))
    first = max(len(row.variable) for row in rows)
    second = max(len(row.value) for row in rows)
    for row in rows:
        click.echo(f"{row.variable:<{first}}  {row.value:<{min(second, 40)}}  {row.meaning}")
