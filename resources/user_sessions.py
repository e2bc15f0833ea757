"""The console's open sessions of a user: seeing them, and ending them all. One's own, or of a user to decide over."""

from collections.abc import Sequence
from math import ceil

from sqlalchemy import ColumnElement, func, select

from extensions import db, settings
from models import UserSession, now_ts, session_digest, writing
from resources.access import Actor
from resources.audit import note
from resources.user_reach import found_user, hold, home_of, require_decision
from resources.users import RESOURCE, end_sign_ins, get_user
from schemas.refusals import Gone

MOST_LISTED = 100


def sessions_of(actor: Actor, user_id: str) -> Sequence[UserSession]:
    """Those that still open the console, the last used first. Raises NotFound, Forbidden."""
    user = get_user(actor, user_id)
    if user.id != actor.user_id:
        require_decision(actor, user)
    newest = select(UserSession).where(*_open(user.id)).order_by(UserSession.last_seen_ts.desc())
    return db.session.scalars(newest.limit(MOST_LISTED)).all()


def end_sessions(actor: Actor, user_id: str, but_token: str = "") -> int:
    """End the user's sessions, but the one of this token, and API tokens; how many sessions that were.

    Raises NotFound, Forbidden, Gone.
    """
    found = found_user(actor, "put", user_id)
    kept = session_digest(but_token) if but_token else ""
    with writing(db.session()):
        acting = hold(actor, found.id)
        user = found_user(acting, "put", found.id)
        if user.deleted_ts is not None:
            raise Gone
        if user.id != acting.user_id:
            require_decision(acting, user)
        ended = db.session.scalar(select(func.count()).where(*_open(user.id), UserSession.digest != kept)) or 0
        end_sign_ins(user.id, but=kept)
        note(actor, "end_sessions", RESOURCE, user.id, home_of(user), before={"sessions": ended}, after={"sessions": 0})
    return ended


def _open(user_id: str) -> tuple[ColumnElement[bool], ...]:
    oldest = now_ts() - ceil(settings().session_hours * 3600)
    return (UserSession.user_id == user_id, UserSession.revoked_ts.is_(None), UserSession.last_seen_ts >= oldest)
