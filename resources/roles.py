"""The verbs of roles: who may do what at a location and below. Nobody gives or takes a role where they are no admin."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from extensions import db
from models import Role, writing
from resources.access import Actor, locations_where, require
from resources.audit import note
from resources.locations import require_given_location
from resources.user_reach import GET, PUT, found_user, hold
from resources.users import get_user
from schemas.refusals import Conflict, Gone, NotFound
from schemas.rules import is_id
from schemas.user import RoleInput
from schemas.validation import validated

RESOURCE = "role"
MYSELF = "Nobody changes a role of their own, so that a place never loses its last admin by a slip. Ask another admin."


def roles_of(actor: Actor, user_id: str) -> Sequence[Role]:
    """The user's roles at the locations where the actor is an admin; of one's own, all. Raises NotFound, Forbidden."""
    user = get_user(actor, user_id)
    roles = select(Role).where(Role.user_id == user.id).order_by(Role.location_id)
    if user.id != actor.user_id:
        roles = roles.where(Role.location_id.in_(locations_where(actor, GET)))
    return db.session.scalars(roles).all()


def grant_role(actor: Actor, user_id: str, fields: Mapping[str, object]) -> tuple[Role, bool]:
    """Give the user this role at the location and below, in place of the one held there; and whether none was.

    Raises Invalid, NotFound, Forbidden, Gone, Conflict.
    """
    found = found_user(actor, "put", user_id)
    given = validated(RoleInput, fields)
    require_given_location(actor, PUT, given.location_id)
    with writing(db.session()):
        acting = hold(actor, found.id)
        user = found_user(acting, "put", found.id)
        if user.deleted_ts is not None:
            raise Gone
        require_given_location(acting, PUT, given.location_id)
        if user.id == actor.user_id:
            raise Conflict(MYSELF)
        held = _held(user.id, given.location_id)
        role = db.session.merge(Role(user_id=user.id, location_id=given.location_id, name=given.role))
        _tell(actor, "update" if held else "create", role, held, given.role)
    return role, held is None


def revoke_role(actor: Actor, user_id: str, location_id: str) -> None:
    """Take the role away that the user holds at this very location. Raises NotFound, Forbidden, Conflict."""
    found = found_user(actor, "put", user_id)
    with writing(db.session()):
        acting = hold(actor, found.id)
        user = found_user(acting, "put", found.id)
        role = db.session.get(Role, (user.id, location_id)) if is_id(location_id) else None
        if role is None:
            raise NotFound
        require(db.session(), acting, PUT, location_id)
        if user.id == actor.user_id:
            raise Conflict(MYSELF)
        db.session.delete(role)
        _tell(actor, "delete", role, role.name, None)


def _held(user_id: str, location_id: str) -> str | None:
    return db.session.scalar(select(Role.name).where(Role.user_id == user_id, Role.location_id == location_id))


def _tell(actor: Actor, action: str, role: Role, before: str | None, after: str | None) -> None:
    note(actor, action, RESOURCE, role.user_id, role.location_id, before={"role": before}, after={"role": after})
