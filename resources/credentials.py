"""What programs sign in with: a developer id, and a user's API key, of which only the digest is stored."""

from functools import cache
from hashlib import sha256
from hmac import compare_digest
from typing import Any

import structlog
from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from extensions import db
from models import ApiKey, Developer, Role, User, new_id, now_ts, writing
from resources.access import Actor, Grant, command_actor
from resources.audit import note
from schemas.refusals import Invalid
from schemas.rules import is_id

PREFIX_LENGTH = 8
USED_EVERY_SECONDS = 60

log = structlog.get_logger(__name__)


def user_by_key(user_id: str, key: str) -> User | None:
    """The active user whose key this is; None for any other pair, after the same work."""
    digest = _digest(key)
    held = db.session.scalar(select(ApiKey).where(ApiKey.digest == digest, ApiKey.revoked_ts.is_(None)))
    same_digest = compare_digest(held.digest if held else "", digest)
    same_user = compare_digest(held.user_id if held else "", user_id if is_id(user_id) else "-")
    if held is None or not (same_digest and same_user):
        return None
    user = db.session.get(User, held.user_id)
    return user if user is not None and user.is_active else None


def actor_by_key(developer_id: str, user_id: str, key: str, request_id: str | None = None) -> Actor | None:
    """Who a program acts as: the active user whose key this is, for a known developer, with the grants as they are now.

    None for any other combination, after the same work: everything is asked in one question.
    """
    digest = _digest(key)
    asked = {"digest": digest, "developer_id": developer_id if is_id(developer_id) else ""}
    rows = db.session.connection().execute(_sign_in(), asked).all()
    held = rows[0] if rows else None
    same_digest = compare_digest(held.digest if held else "", digest)
    same_user = compare_digest(held.user_id if held else "", user_id if is_id(user_id) else "-")
    if held is None or not (same_digest and same_user and held.user_is_active and held.developer_is_active):
        return None
    grants = tuple(Grant(row.location_id, row.role) for row in rows if row.location_id is not None)
    return Actor(held.user_id, held.username, grants, request_id, developer_id, f"key:{key[:PREFIX_LENGTH]}")


@cache
def _sign_in() -> Select[Any, Any, Any, Any, Any, Any, Any]:
    """A key that was not revoked, its user, the developer, and a row for each role of the user."""
    return (
        select(
            ApiKey.digest,
            ApiKey.user_id,
            User.username,
            User.is_active.label("user_is_active"),
            Developer.is_active.label("developer_is_active"),
            Role.location_id,
            Role.name.label("role"),
        )
        .join(User, User.id == ApiKey.user_id)
        .outerjoin(Developer, Developer.id == bindparam("developer_id"))
        .outerjoin(Role, Role.user_id == ApiKey.user_id)
        .where(ApiKey.digest == bindparam("digest"), ApiKey.revoked_ts.is_(None))
        .order_by(Role.location_id)
    )


def note_use(key: str) -> None:
    """Write down that the key was used, at most once a minute. Best effort: a busy or full store changes nothing."""
    now, digest = now_ts(), _digest(key)
    if not first_try(digest, now, USED_EVERY_SECONDS):
        return
    try:
        last = db.session.scalar(select(ApiKey.last_used_ts).where(ApiKey.digest == digest))
        if now - (last or 0) < USED_EVERY_SECONDS:
            return
        with writing(db.session()):
            db.session.execute(update(ApiKey).where(ApiKey.digest == digest).values(last_used_ts=now))
    except SQLAlchemyError as error:
        log.warning("key_use_not_noted", error=type(error).__name__)


def create_developer(name: str, developer_id: str | None = None) -> Developer:
    """Register an integrator; its id is what programs send as `developer-id`. Raises Invalid."""
    if not name.strip() or len(name) > 64 or (developer_id is not None and not is_id(developer_id)):  # noqa: PLR2004
        raise Invalid({"name": ["A developer needs a name of 1 to 64 characters and a well-formed id."]})
    developer = Developer(id=developer_id or new_id(), name=name)
    with writing(db.session()):
        db.session.add(developer)
        note(command_actor(db.session()), "create", "developer", developer.id, after={"name": name})
    return developer


def is_known_developer(developer_id: str) -> bool:
    """Whether requests may come from this integrator."""
    developer = db.session.get(Developer, developer_id) if is_id(developer_id) else None
    return developer is not None and developer.is_active


# When this process last tried to note a credential's use: a store that takes no writes is not asked at every request.
_tried_ts: dict[str, int] = {}
MOST_REMEMBERED = 10_000


def first_try(digest: str, now: int, seconds: int) -> bool:
    """Whether this process has not tried to note this credential's use for so long; then it has now."""
    if now - _tried_ts.get(digest, 0) < seconds:
        return False
    if len(_tried_ts) >= MOST_REMEMBERED:
        _tried_ts.clear()
    _tried_ts[digest] = now
    return True


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
