"""`flask create-admin` and `flask create-developer`: the first person and the first program on a new deployment."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from extensions import db
from models import Location, new_id, writing
from resources.access import command_actor
from resources.audit import note
from resources.credentials import create_developer
from resources.roles import grant_role
from resources.users import create_user
from schemas.refusals import Invalid


@click.command("create-admin")
@click.option("--username", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--root-name", default="All locations", help="Name of the root location, where there is none yet.")
@with_appcontext
def create_admin(*, username: str, password: str, root_name: str) -> None:
    """Create a user who may do everything everywhere."""
    root_id = _root_id(root_name)
    actor = command_actor(db.session())
    try:
        user = create_user(actor, {"username": username, "password": password})
    except Invalid as refusal:
        raise click.ClickException(" ".join(text for texts in refusal.errors.values() for text in texts)) from None
    grant_role(actor, user.id, {"location_id": root_id, "role": "admin"})
    click.echo(f"{user.username} is admin of everything (location {root_id}).")


def _root_id(name: str) -> str:
    """The location without a parent, made if there is none."""
    found = db.session.scalar(select(Location.id).where(Location.parent_id.is_(None)).order_by(Location.id).limit(1))
    if found is not None:
        return found
    root = Location(id=new_id(), name=name)
    with writing(db.session()):
        db.session.add(root)
        db.session.flush()
        note(command_actor(db.session()), "create", "location", root.id, root.id, after={"name": name})
    return root.id


@click.command("create-developer")
@click.argument("name")
@with_appcontext
def add_developer(*, name: str) -> None:
    """Register an integrator and print the id that its programs send as `developer-id`."""
    try:
        developer = create_developer(name)
    except Invalid as refusal:
        raise click.ClickException(" ".join(text for texts in refusal.errors.values() for text in texts)) from None
    click.echo(developer.id)
