"""Locations as an actor sees them, and as records name them."""

from sqlalchemy import Select, select

from extensions import db
from models import Location
from resources.access import Actor, in_sight, require, require_somewhere
from schemas.refusals import Invalid, NotFound
from schemas.rules import is_id


def locations(actor: Actor) -> Select[Location]:
    """The locations in sight. Raises Forbidden where the actor may read none."""
    require_somewhere(actor, "v2.locations.get")
    return select(Location).where(in_sight(db.session(), actor, Location.id), Location.standing())


def get_location(actor: Actor, location_id: str) -> Location:
    """One location in sight that stands. Raises NotFound, Forbidden."""
    location = known_location(actor, location_id)
    if location.deleted_ts is not None:
        raise NotFound
    return location


def known_location(actor: Actor, location_id: str) -> Location:
    """One location in sight, deleted or not: the place of what outlived it. Raises NotFound, Forbidden."""
    location = db.session.get(Location, location_id) if is_id(location_id) else None
    if location is None:
        raise NotFound
    require(db.session(), actor, "v2.locations.get", location.id)
    return location


def require_given_location(actor: Actor, permission: str, location_id: str, field: str = "location_id") -> None:
    """Judge a location that a caller named in a record of his.

    Raises Invalid where it is unknown or out of sight, Forbidden where the actor's role there does not suffice.
    """
    try:
        require(db.session(), actor, permission, location_id)
    except NotFound:
        raise not_valid(field) from None


def hold_location(location_id: str, field: str = "location_id") -> None:
    """Keep the location from being deleted until the caller's transaction ends. Raises Invalid where it was."""
    standing = select(Location.id).where(Location.id == location_id, Location.standing())
    if db.session.scalar(standing.with_for_update(read=True, key_share=True)) is None:
        raise not_valid(field)


def not_valid(field: str) -> Invalid:
    """The family's wording for an id that leads nowhere."""
    return Invalid({field: [f"{field} provided is not valid"]})
