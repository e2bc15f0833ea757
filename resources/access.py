"""Who may do what, where.

A user holds a role at a location and at everything below it. A role is a set of permissions named
`v2.<endpoint>.<verb>`. A record out of sight is answered like one that does not exist.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, any_, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Location, Role, User
from resources.location_tree import at_or_above, below, roots
from resources.preconditions import Precondition
from schemas.refusals import Forbidden, NotFound

_OPERATED = ("v2.postbackconfigs.*", "v2.postbackdeliveries.*", "v2.postbackreplays.*", "v2.postbackevents.*")
_RECORDS = ("v2.contacts.*", "v2.transactions.*", "v2.transactionbatches.*", "v2.accountvaults.*")
PERMISSIONS: dict[str, tuple[str, ...]] = {
    "viewer": ("v2.*.get",),
    "operator": ("v2.*.get", *_OPERATED, *_RECORDS),
    "admin": ("v2.*",),
    "integration": ("v2.*.get", *_OPERATED, *_RECORDS),
}
COMMAND = "command"
ADMINS_ONLY = ("v2.users.", "v2.auditlogs.", "v2.system.")
"""Nobody else reads these either. Each user sees their own record all the same."""
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
    """What opened the door: a console's session, `key:` with an API key's prefix, `token:` with a token's id."""
    precondition: Precondition | None = None
    """What the record must be like for the actor to change it; None: it does not matter."""

    def require_unchanged(self, shape: Mapping[str, object]) -> None:
        """Judge the precondition, if there is one; call it under the record's lock. Raises Changed."""
        if self.precondition is not None:
            self.precondition.require(shape)


def actor_for(session: Session, user: User, request_id: str | None = None) -> Actor:
    """The actor that this user is, with the grants as they are now."""
    roles = session.scalars(select(Role).where(Role.user_id == user.id).order_by(Role.location_id))
    grants = tuple(Grant(role.location_id, role.name) for role in roles)
    return Actor(user.id, user.username, grants, request_id)


def command_actor(session: Session) -> Actor:
    """Whoever types commands on the server: an admin of everything."""
    roots = session.scalars(select(Location.id).where(Location.parent_id.is_(None)).order_by(Location.id))
    return Actor("", "command line", tuple(Grant(root, "admin") for root in roots), credential=COMMAND)


def in_sight(session: Session, actor: Actor, location_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that a record's location is in sight: none for who sees them all.

    It names the locations themselves, where they are few enough: what a subquery will find no planner knows, and
    without knowing it reads and sorts all the records there are before it takes the newest few.
    """
    held = {grant.location_id for grant in actor.grants}
    return _at_or_below(session, held, location_id)


def places_in_sight(session: Session, actor: Actor, most: int, permission: str = "") -> Sequence[str] | None:
    """The ids of the locations in sight, or where the permission is held; None where they are more, or all."""
    held = {grant.location_id for grant in actor.grants if not permission or allows(grant.role, permission)}
    places = None if _is_everything(session, held) else below(session, held)
    return places if places is not None and len(places) <= most else None


def is_in_sight(session: Session, actor: Actor, location_id: str) -> bool:
    """Whether the actor may see this location."""
    return any(grant.location_id == location_id for grant in actor.grants) or bool(
        _roles_at(session, actor, location_id)
    )


def in_sight_for(
    session: Session, actor: Actor, permission: str, location_id: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """The same for where the actor holds the permission. What belongs to no location is in sight from a root."""
    held = {grant.location_id for grant in actor.grants if allows(grant.role, permission)}
    condition = _at_or_below(session, held, location_id)
    return or_(condition, location_id.is_(None)) if held & roots(session) else condition


def _is_everything(session: Session, held: set[str]) -> bool:
    return bool(held) and roots(session) <= held


def _at_or_below(session: Session, held: set[str], location_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    if _is_everything(session, held):
        return true()
    ids = below(session, held)
    if ids is None:
        return location_id.in_(Location.below(sorted(held)))
    if len(ids) == 1:
        return location_id == ids[0]
    if session.get_bind().dialect.name == "postgresql":
        return location_id == any_(literal(ids, ARRAY(String)))
    return location_id.in_(ids)


def locations_where(actor: Actor, permission: str) -> Select[str]:
    """The ids of the locations where the actor holds the permission: a subquery to filter by."""
    return Location.below([grant.location_id for grant in actor.grants if allows(grant.role, permission)])


def holds_everywhere(session: Session, actor: Actor, permission: str) -> bool:
    """Whether the actor holds the permission at the root, and so over what belongs to no location as well."""
    places = {grant.location_id for grant in actor.grants if allows(grant.role, permission)}
    return bool(places) and not places.isdisjoint(roots(session))


@cache
def allows(role: str, permission: str) -> bool:
    """Whether the role holds the permission."""
    if role != "admin" and permission.startswith(ADMINS_ONLY):
        return False
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
    paths = at_or_above(session, location_ids)
    return {
        location_id: {grant.role for grant in actor.grants if grant.location_id in paths[location_id]}
        for location_id in location_ids
    }


def _roles_at(session: Session, actor: Actor, location_id: str) -> set[str]:
    return roles_at(session, actor, [location_id])[location_id]
