"""`flask create-admin`: the first person on a new deployment."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from extensions import db
from models import Location, new_id, writing
from resources.users import create_user, grant_role
from schemas.refusals import Invalid


@click.command("create-admin")
@click.option("--username", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--root-name", default="All locations", help="Name of the root location, where there is none yet.")
@with_appcontext
def create_admin(*, username: str, password: str, root_name: str) -> None:
    """Create a user who may do everything everywhere."""
    root_id = _root_id(root_name)
    try:
        user = create_user(username, password)
    except Invalid as refusal:
        raise click.ClickException(" ".join(text for texts in refusal.errors.values() for text in texts)) from None
    grant_role(user.id, root_id, "admin")
    click.echo(f"{user.username} is admin of everything (location {root_id}).")


def _root_id(name: str) -> str:
    """The location without a parent, made if there is none."""
    found = db.session.scalar(select(Location.id).where(Location.parent_id.is_(None)).order_by(Location.id).limit(1))
    if found is not None:
        return found
    root = Location(id=new_id(), name=name)
    with writing(db.session()):
        db.session.add(root)
    return root.id
