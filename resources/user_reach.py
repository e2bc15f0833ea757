"""Which users an actor sees, and over whom they may decide.

An admin at a location sees the users who hold a role there or below, and those whose primary location lies there;
an admin of the root sees everybody, and each user sees themself. Seeing is not deciding: over a user who holds a role
at a place where the actor is no admin, nobody decides who could not give that role away.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, Select, or_, select

from extensions import db
from models import Role, User
from resources.access import COMMAND, Actor, actor_for, holds_everywhere, locations_where, require_somewhere
from schemas.refusals import Forbidden, NotFound
from schemas.rules import is_id

GET, PUT = "v2.users.get", "v2.users.put"
ME = "me"


class OutOfReach(Forbidden):
    """The user may be seen, but not decided over."""

    def __init__(self) -> None:
        super().__init__(PUT)
        self.message = (
            "This user holds a role at a location where you are no admin. Ask an admin of all of the user's locations."
        )


def users_in_sight(actor: Actor) -> Select[User]:
    """The users in sight that were not deleted. Raises Forbidden where the actor is an admin nowhere."""
    require_somewhere(actor, GET)
    return select(User).where(User.deleted_ts.is_(None), *_seen_by(actor))


def found_user(actor: Actor, verb: str, user_id: str) -> User:
    """The user, deleted or not; `me` is the actor. Raises NotFound, Forbidden."""
    if user_id in {ME, actor.user_id}:
        wanted = select(User).where(User.id == actor.user_id)
    else:
        require_somewhere(actor, f"v2.users.{verb}")
        wanted = select(User).where(User.id == user_id, *_seen_by(actor))
    user = db.session.scalar(wanted) if is_id(user_id) else None
    if user is None:
        raise NotFound
    return user


def hold(actor: Actor, user_id: str) -> Actor:
    """Lock actor and user, in one order for everybody, and answer the actor with the grants as they are now.

    So two admins who decide over each other at the same moment do so one after the other. Call it inside `writing`.
    Raises Forbidden where the actor was barred meanwhile.
    """
    people = select(User).where(User.id.in_({actor.user_id, user_id})).order_by(User.id)
    held = {user.id: user for user in db.session.scalars(people.with_for_update(key_share=True))}
    if actor.credential == COMMAND:
        return actor
    if actor.user_id not in held or not held[actor.user_id].is_active:
        raise Forbidden(PUT)
    return replace(actor, grants=actor_for(db.session(), held[actor.user_id]).grants)


def may_decide(actor: Actor, user: User) -> bool:
    """Whether the actor may change the user, who is in sight: is an admin wherever the user holds a role."""
    if holds_everywhere(db.session(), actor, PUT):
        return True
    mine = locations_where(actor, PUT)
    beyond = select(Role.location_id).where(Role.user_id == user.id, Role.location_id.not_in(mine))
    within = select(User.id).where(User.id == user.id, *_seen_by(actor))
    return db.session.scalar(beyond.limit(1)) is None and db.session.scalar(within) is not None


def require_decision(actor: Actor, user: User) -> None:
    """Raise OutOfReach unless the actor may change this user."""
    if not may_decide(actor, user):
        raise OutOfReach


def home_of(user: User) -> str | None:
    """Where the user belongs, for the audit log: the primary location, else the first at which a role is held."""
    if user.primary_location_id is not None:
        return user.primary_location_id
    first = select(Role.location_id).where(Role.user_id == user.id).order_by(Role.location_id).limit(1)
    return db.session.scalar(first)


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """The conditions under which a user is seen by this admin."""
    if holds_everywhere(db.session(), actor, GET):
        return []
    mine = locations_where(actor, GET)
    holders = select(Role.user_id).where(Role.location_id.in_(mine))
    return [or_(User.primary_location_id.in_(mine), User.id.in_(holders))]
