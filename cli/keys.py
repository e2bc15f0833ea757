"""`flask generate-keys` and `flask rotate-encryption`."""

import click
from flask.cli import with_appcontext

from config import KEY_FILES
from extensions import settings
from launch.keys import keep_missing_keys, new_keys, require_keys
from postbacks.encryption import UnreadableSecretError
from resources.encryption import rotate_secrets


@click.command("generate-keys")
@click.option("--write", is_flag=True, help="Keep them in the instance folder instead; existing ones stay.")
@with_appcontext
def generate_keys(*, write: bool) -> None:
    """Print fresh keys as lines for the environment."""
    if not write:
        for name, key in new_keys().items():
            click.echo(f"POSTBACK_{name.upper()}={key}")
        return
    made = keep_missing_keys(settings())
    for path in made:
        click.echo(f"Wrote {path}")
    if not made:
        click.echo(f"Nothing to do: {' and '.join(KEY_FILES)} are set.")


@click.command("rotate-encryption")
@with_appcontext
def rotate_encryption() -> None:
    """Encrypt every stored secret anew with the first of POSTBACK_ENCRYPTION_KEYS."""
    require_keys(settings())
    try:
        done = rotate_secrets()
    except UnreadableSecretError as error:
        raise click.ClickException(f"{error} Add that key to the end of POSTBACK_ENCRYPTION_KEYS.") from None
    click.echo(f"{done} secrets are stored under the first key; the others can be removed.")
