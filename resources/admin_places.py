"""The locations over which an admin decides, for forms to offer."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from extensions import db
from models import Location
from resources.access import Actor, locations_where
from resources.user_reach import PUT

MOST_OFFERED = 400


class Place(NamedTuple):
    id: str
    name: str


def admin_places(actor: Actor) -> Sequence[Place]:
    """By name; none where there are more than a form can offer, which then asks for an id instead."""
    mine = Location.id.in_(locations_where(actor, PUT))
    query = select(Location.id, Location.name).where(mine, Location.standing()).order_by(Location.name, Location.id)
    found = [Place(*row) for row in db.session.execute(query.limit(MOST_OFFERED + 1))]
    return found if len(found) <= MOST_OFFERED else []


def place_name(location_id: str | None) -> str | None:
    """What the location is called; None where there is none."""
    return db.session.scalar(select(Location.name).where(Location.id == location_id)) if location_id else None
