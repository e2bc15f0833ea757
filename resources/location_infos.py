"""Locations in sight with their deposit accounts inside, by how they came in sight."""

from sqlalchemy import Select
from sqlalchemy.orm import selectinload

from models import Location
from resources.access import Actor, require_somewhere
from resources.locations import get_location, locations
from schemas.refusals import Invalid

DIRECT, CHILD, ALL = RELATIONSHIPS = ("direct", "child", "all")


def location_infos(actor: Actor, relationship: str = ALL) -> Select[Location]:
    """`direct`: those where the actor holds a role; `child`: those below them; `all`: both.

    Raises Invalid, Forbidden where the actor may read none.
    """
    require_somewhere(actor, "v2.locationinfos.get")
    if relationship not in RELATIONSHIPS:
        raise Invalid({"relationship": [f"Relationship must be one of {', '.join(RELATIONSHIPS)}."]})
    found = locations(actor).options(selectinload(Location.product_transactions))
    own = Location.id.in_([grant.location_id for grant in actor.grants])
    return {ALL: found, DIRECT: found.where(own), CHILD: found.where(~own)}[relationship]


def get_location_info(actor: Actor, location_id: str) -> Location:
    """One location in sight. Raises NotFound, Forbidden."""
    return get_location(actor, location_id)
