"""Who may do what, where.

A user holds a role at a location and at everything below it. A role is a set of permissions named
`v2.<endpoint>.<verb>`. A record out of sight is answered like one that does not exist.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sqlalchemy import ColumnElement, Select, String, any_, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Location, Role, User
from schemas.refusals import Forbidden, NotFound

_OPERATED = ("v2.postbackconfigs.*", "v2.postbackdeliveries.*", "v2.postbackreplays.*", "v2.postbackevents.*")
_RECORDS = ("v2.contacts.*", "v2.transactions.*", "v2.transactionbatches.*", "v2.accountvaults.*")
PERMISSIONS: dict[str, tuple[str, ...]] = {
    "viewer": ("v2.*.get",),
    "operator": ("v2.*.get", *_OPERATED, *_RECORDS),
    "admin": ("v2.*",),
    "integration": ("v2.*.get", *_OPERATED, *_RECORDS),
}
MOST_NAMED = 10_000
"""Locations whose ids are said in a query."""
ROOTS = select(Location.id).where(Location.parent_id.is_(None))
CONSOLE_ROLES = frozenset({"viewer", "operator", "admin"})


@dataclass(frozen=True, slots=True)
class Grant:
    location_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting, through which door, under which request."""

    user_id: str
    username: str
    grants: tuple[Grant, ...]
    request_id: str | None = None
    developer_id: str | None = None
    """Whose program is acting; None in the console."""
    credential: str = "session"
    """What opened the door: a console's session, `key:` with an API key's prefix, or a token."""


def actor_for(session: Session, user: User, request_id: str | None = None) -> Actor:
    """The actor that this user is, with the grants as they are now."""
    roles = session.scalars(select(Role).where(Role.user_id == user.id).order_by(Role.location_id))
    grants = tuple(Grant(role.location_id, role.name) for role in roles)
    return Actor(user.id, user.username, grants, request_id)


def locations_in_sight(actor: Actor) -> Select[str]:
    """The ids of the locations this actor may see: a subquery to filter by."""
    return Location.below([grant.location_id for grant in actor.grants])


def in_sight(session: Session, actor: Actor, location_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that a record's location is in sight: none for who sees them all.

    It names the locations themselves, where they are few enough: what a subquery will find no planner knows, and
    without knowing it reads and sorts all the records there are before it takes the newest few.
    """
    held = [grant.location_id for grant in actor.grants]
    if held and set(session.scalars(ROOTS)) <= set(held):
        return true()
    tree = locations_in_sight(actor)
    ids = session.scalars(tree.limit(MOST_NAMED + 1)).all()
    if len(ids) > MOST_NAMED:
        return location_id.in_(tree)
    if len(ids) == 1:
        return location_id == ids[0]
    if session.get_bind().dialect.name == "postgresql":
        return location_id == any_(literal(ids, ARRAY(String)))
    return location_id.in_(ids)


def allows(role: str, permission: str) -> bool:
    return any(fnmatchcase(permission, pattern) for pattern in PERMISSIONS.get(role, ()))


def may(session: Session, actor: Actor, permission: str, location_id: str) -> bool:
    """Whether the actor holds the permission at this location."""
    return _granted_there(actor, permission, location_id) or any(
        allows(role, permission) for role in _roles_at(session, actor, location_id)
    )


def require(session: Session, actor: Actor, permission: str, location_id: str) -> None:
    """Raise NotFound where the location is out of sight, Forbidden where the role does not suffice."""
    if _granted_there(actor, permission, location_id):
        return
    roles = _roles_at(session, actor, location_id)
    if not roles:
        raise NotFound
    if not any(allows(role, permission) for role in roles):
        raise Forbidden(permission)


def require_somewhere(actor: Actor, permission: str) -> None:
    """Raise Forbidden unless the actor holds the permission at some location at all."""
    if not any(allows(grant.role, permission) for grant in actor.grants):
        raise Forbidden(permission)


def _granted_there(actor: Actor, permission: str, location_id: str) -> bool:
    """Whether a role at this very location suffices; then nobody needs to know what lies above it."""
    return any(grant.location_id == location_id and allows(grant.role, permission) for grant in actor.grants)


def roles_at(session: Session, actor: Actor, location_ids: Collection[str]) -> dict[str, set[str]]:
    """The roles that the actor holds at each of these locations; at one that is unknown or out of sight, none."""
    held: dict[str, set[str]] = {location_id: set() for location_id in location_ids}
    for leaf, above in session.connection().execute(Location.paths(), {"leaves": list(held)}):
        held[leaf] |= {grant.role for grant in actor.grants if grant.location_id == above}
    return held


def _roles_at(session: Session, actor: Actor, location_id: str) -> set[str]:
    return roles_at(session, actor, [location_id])[location_id]
