"""Access tokens: what a program gets for a user's username and password instead of sending a key.

A token is dead 15 minutes after its last use. Use is written down at most every 30 seconds, so it may die that much
earlier, never later. It opens the door for the program that asked for it and for no other.
"""

import secrets
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from extensions import db
from models import AccessToken, Developer, Role, User, new_id, now_ts, writing
from resources.access import Actor, Grant, actor_for
from resources.audit import note
from resources.credentials import first_try
from resources.pruning import prune
from resources.sign_in import proven, settle
from resources.user_reach import home_of
from schemas.refusals import NotFound
from schemas.rules import is_id
from schemas.token import EXPIRE_MINUTES, TokenInput, token_shape
from schemas.validation import validated

TOKEN_BYTES = 32
LIFETIME_SECONDS = EXPIRE_MINUTES * 60
USED_EVERY_SECONDS = 30

log = structlog.get_logger(__name__)


def create_token(
    developer_id: str, fields: Mapping[str, object], address: str, request_id: str | None = None
) -> dict[str, object]:
    """A new token for the user whose password this is, as it is answered. Raises Invalid, SignInRefused,
    SignInThrottled.
    """
    given = validated(TokenInput, fields)
    proof = proven(given.username, given.password, address, _admitted)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = now_ts()
    with writing(db.session()):
        user = settle(proof)
        prune(AccessToken.id, AccessToken.last_used_ts <= now - LIFETIME_SECONDS)
        made = AccessToken(id=new_id(), user_id=user.id, developer_id=developer_id, digest=_digest(token))
        db.session.add(made)
        grants = actor_for(db.session(), user).grants
        actor = Actor(user.id, user.username, grants, request_id, developer_id, _credential(made.id))
        note(actor, "sign_in", "user", user.id, home_of(user))
    log.info("token_given", user_id=user.id, address=address)
    return token_shape(token, user, [grant.role for grant in grants], now)


def delete_token(actor: Actor, token: str) -> None:
    """From now on the token, one of the actor's own, opens nothing. Raises NotFound."""
    with writing(db.session()):
        wanted = select(AccessToken).where(AccessToken.digest == _digest(token), AccessToken.user_id == actor.user_id)
        found = db.session.scalar(wanted.with_for_update())
        if found is None:
            raise NotFound
        db.session.delete(found)
        note(actor, "sign_out", "user", actor.user_id, home_of(db.session.get_one(User, actor.user_id)))


def actor_by_token(developer_id: str, token: str, request_id: str | None = None) -> tuple[Actor, int] | None:
    """Who a program acts as: the active user whose live token this is, with the grants as they are now.

    With it, when the token's last use was written down. None for any other combination; everything is asked in one
    question.
    """
    asked = {
        "digest": _digest(token),
        "developer_id": developer_id if is_id(developer_id) else "",
        "oldest": now_ts() - LIFETIME_SECONDS,
    }
    rows = db.session.connection().execute(_sign_in(), asked).all()
    if not rows:
        return None
    grants = tuple(Grant(row.location_id, row.role) for row in rows if row.location_id is not None)
    token_of = rows[0]
    actor = Actor(token_of.user_id, token_of.username, grants, request_id, developer_id, _credential(token_of.id))
    return actor, token_of.last_used_ts


@cache
def _sign_in() -> Select[Any, Any, Any, Any, Any, Any]:
    """A live token of an active user for a known developer, and a row for each role of the user."""
    return (
        select(
            AccessToken.id,
            AccessToken.user_id,
            AccessToken.last_used_ts,
            User.username,
            Role.location_id,
            Role.name.label("role"),
        )
        .join(User, User.id == AccessToken.user_id)
        .join(Developer, Developer.id == AccessToken.developer_id)
        .outerjoin(Role, Role.user_id == AccessToken.user_id)
        .where(AccessToken.digest == bindparam("digest"), AccessToken.last_used_ts > bindparam("oldest"))
        .where(Developer.id == bindparam("developer_id"), Developer.is_active, User.is_active)
        .order_by(Role.location_id)
    )


def note_token_use(token: str, last_used_ts: int) -> None:
    """Let the token's time run anew, at most every 30 seconds. Best effort: a busy or full store changes nothing."""
    now, digest = now_ts(), _digest(token)
    if now - last_used_ts < USED_EVERY_SECONDS or not first_try(digest, now, USED_EVERY_SECONDS):
        return
    try:
        with writing(db.session()):
            db.session.execute(update(AccessToken).where(AccessToken.digest == digest).values(last_used_ts=now))
    except SQLAlchemyError as error:
        log.warning("token_use_not_noted", error=type(error).__name__)


def _admitted(user: User) -> bool:
    return user.is_active


def _credential(token_id: str) -> str:
    return f"token:{token_id}"


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
