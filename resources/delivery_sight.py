"""Which deliveries tell the address that was called: only those whose config the reader may edit.

A host name's addresses are the business of who runs the receiver; to everybody else the log would be a map of a
network.
"""

from collections.abc import Collection, Iterable

from extensions import db
from models import Delivery, Location
from resources.access import Actor, allows, roles_at

BLOCKED_CODE = "blocked_target"
EDIT_CONFIG = "v2.postbackconfigs.put"
UNTOLD = "The URL leads to an address that may not be called."


def addresses_seen_at(actor: Actor, deliveries: Iterable[Delivery]) -> set[str]:
    """The locations of these at which the actor may know addresses."""
    return permitted_at(actor, EDIT_CONFIG, {delivery.location_id for delivery in deliveries})


def permitted_at(actor: Actor, permission: str, location_ids: Collection[str]) -> set[str]:
    """Those of these locations at which the actor holds the permission."""
    here = {grant.location_id for grant in actor.grants if allows(grant.role, permission)} & set(location_ids)
    if len(here) == len(location_ids):
        return here
    roles = roles_at(db.session(), actor, location_ids)
    return {place for place, held in roles.items() if any(allows(role, permission) for role in held)}


def permitted_everywhere(actor: Actor, permission: str) -> set[str]:
    """All locations at which the actor holds the permission."""
    roots = [grant.location_id for grant in actor.grants if allows(grant.role, permission)]
    return set(db.session.scalars(Location.below(roots)))


def told_reason(reason: str | None, reason_code: str | None, *, seen: bool) -> str | None:
    """The reason as this reader may know it: why a target was refused names the address it was found at."""
    return UNTOLD if reason_code == BLOCKED_CODE and reason and not seen else reason
