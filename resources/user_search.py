"""Finding users, and what a list of them says of each: roles and when they were last here."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, Select, exists, func, or_, select

from extensions import db
from models import ApiKey, Location, Role, User, UserSession
from resources.access import Actor, locations_where
from resources.user_reach import GET, users_in_sight

STATES = {"active": True, "off": False}


@dataclass(frozen=True, slots=True)
class HeldRole:
    location_id: str
    location_name: str
    role: str


@dataclass(slots=True)
class Standing:
    """What the actor may know of a user beside the record itself; times in epoch seconds."""

    roles: list[HeldRole] = field(default_factory=list)
    signed_in_ts: int | None = None
    seen_ts: int | None = None
    """The last use of a session or an API key."""


def search_users(actor: Actor, q: str = "", role: str = "", state: str = "") -> Select[User]:
    """The users in sight by name. `q`: part of a name, an email, or an id; `role`: held where the actor sees it;
    `state`: active or off. Raises Forbidden."""
    query = users_in_sight(actor)
    if q:
        texts = (User.username, User.first_name, User.last_name, User.email)
        query = query.where(or_(User.id == q, *(text.icontains(q, autoescape=True) for text in texts)))
    if role:
        mine = locations_where(actor, GET)
        query = query.where(exists().where(Role.user_id == User.id, Role.name == role, Role.location_id.in_(mine)))
    if state in STATES:
        query = query.where(User.is_active.is_(STATES[state]))
    return query.order_by(User.username_key, User.id)


def standings(actor: Actor, users: Select[User]) -> dict[str, Standing]:
    """The standing of each of these users, by id."""
    ids = users.order_by(None).with_only_columns(User.id)
    return _standings(actor, ids)


def standings_of(actor: Actor, user_ids: Sequence[str]) -> dict[str, Standing]:
    """The same for a few."""
    return _standings(actor, select(User.id).where(User.id.in_(user_ids)))


def _standings(actor: Actor, ids: Select[str]) -> dict[str, Standing]:
    found = {id_: Standing() for id_ in db.session.scalars(ids)}
    for held in _held(actor, ids):
        found[held.user_id].roles.append(HeldRole(held.location_id, held.name, held.role))
    sessions = select(UserSession.user_id, func.max(UserSession.created_ts), func.max(UserSession.last_seen_ts))
    for id_, signed_in, seen in db.session.execute(
        sessions.where(UserSession.user_id.in_(ids)).group_by(UserSession.user_id)
    ):
        found[id_].signed_in_ts, found[id_].seen_ts = signed_in, seen
    keys = select(ApiKey.user_id, func.max(ApiKey.last_used_ts)).where(ApiKey.user_id.in_(ids))
    for id_, used in db.session.execute(keys.group_by(ApiKey.user_id)):
        found[id_].seen_ts = max(found[id_].seen_ts or 0, used or 0) or None
    return found


def _held(actor: Actor, ids: Select[str]) -> Sequence[Row[str, str, str, str]]:
    """Rows of user_id, location_id, name, role: where the actor is an admin; of oneself, everywhere."""
    seen = or_(Role.user_id == actor.user_id, Role.location_id.in_(locations_where(actor, GET)))
    rows = (
        select(Role.user_id, Role.location_id, Location.name, Role.name.label("role"))
        .join(Location, Location.id == Role.location_id)
        .where(Role.user_id.in_(ids), seen)
        .order_by(Location.name, Role.location_id)
    )
    return db.session.execute(rows).all()
