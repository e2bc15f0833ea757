"""In which zone the console shows a person times."""

from sqlalchemy import update

from extensions import db
from models import User, writing
from resources.access import Actor
from schemas.refusals import Invalid

ZONES = ("utc", "location", "browser")


def choose_zone(actor: Actor, zone: str) -> None:
    """Show this person times in another zone from now on. Raises Invalid."""
    if zone not in ZONES:
        raise Invalid({"zone": [f"Zone must be one of {', '.join(ZONES)}."]})
    with writing(db.session()):
        db.session.execute(update(User).where(User.id == actor.user_id).values(shown_zone=zone))
