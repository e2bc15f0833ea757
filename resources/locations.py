"""Locations as an actor sees them."""

from sqlalchemy import Select, select

from extensions import db
from models import Location
from resources.access import Actor, locations_in_sight, require, require_somewhere
from schemas.refusals import Invalid, NotFound
from schemas.rules import is_id


def locations(actor: Actor) -> Select[Location]:
    """The locations in sight. Raises Forbidden where the actor may read none."""
    require_somewhere(actor, "v2.locations.get")
    return select(Location).where(Location.id.in_(locations_in_sight(actor)))


def get_location(actor: Actor, location_id: str) -> Location:
    """One location in sight. Raises NotFound, Forbidden."""
    location = db.session.get(Location, location_id) if is_id(location_id) else None
    if location is None:
        raise NotFound
    require(db.session(), actor, "v2.locations.get", location.id)
    return location


def require_given_location(actor: Actor, permission: str, location_id: str) -> None:
    """Judge a location that a caller named in a record of his.

    Raises Invalid where it is unknown or out of sight, Forbidden where the actor's role there does not suffice.
    """
    try:
        require(db.session(), actor, permission, location_id)
    except NotFound:
        raise Invalid({"location_id": ["location_id provided is not valid"]}) from None
