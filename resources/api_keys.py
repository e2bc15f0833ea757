"""The verbs of API keys: made and shown once, listed by their first letters, revoked at once.

Whoever decides over a user decides over its keys; each user has their own as well.
"""

import secrets
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func, select

from extensions import db
from models import ApiKey, User, new_id, now_ts, writing
from resources.access import Actor
from resources.audit import note
from resources.user_reach import found_user, hold, home_of, require_decision
from resources.users import get_user
from schemas.refusals import Conflict, Gone, NotFound
from schemas.rules import is_id

RESOURCE = "userapikey"
KEY_BYTES = 32
PREFIX_LENGTH = 8
MOST_KEYS = 50
"""So many keys of one user may be in use; a forgotten one is a risk, not a reserve."""
MOST_LISTED = 200


def generate_api_key(actor: Actor, user_id: str) -> str:
    """A new key for this user, to be shown once. Raises NotFound, Forbidden, Gone, Conflict."""
    found = found_user(actor, "put", user_id)
    key = secrets.token_urlsafe(KEY_BYTES)
    digest = sha256(key.encode()).hexdigest()
    with writing(db.session()):
        user = _decided(hold(actor, found.id), found.id)
        in_use = select(func.count()).where(ApiKey.user_id == user.id, ApiKey.revoked_ts.is_(None))
        if (db.session.scalar(in_use) or 0) >= MOST_KEYS:
            raise Conflict(f"This user has {MOST_KEYS} keys already. Revoke one that is not used any more.")
        made = ApiKey(id=new_id(), user_id=user.id, prefix=key[:PREFIX_LENGTH], digest=digest)
        db.session.add(made)
        note(actor, "create", RESOURCE, made.id, home_of(user), after=_audited(made))
    return key


def api_keys_of(actor: Actor, user_id: str) -> Sequence[ApiKey]:
    """The user's keys, the newest first, revoked ones too. Raises NotFound, Forbidden."""
    user = get_user(actor, user_id)
    if user.id != actor.user_id:
        require_decision(actor, user)
    keys = select(ApiKey).where(ApiKey.user_id == user.id).order_by(ApiKey.id.desc()).limit(MOST_LISTED)
    return db.session.scalars(keys).all()


def revoke_api_key(actor: Actor, user_id: str, key_id: str) -> None:
    """From now on the key opens nothing. Raises NotFound (also of one that was revoked), Forbidden, Gone."""
    found = found_user(actor, "put", user_id)
    with writing(db.session()):
        user = _decided(hold(actor, found.id), found.id)
        key = db.session.get(ApiKey, key_id) if is_id(key_id) else None
        if key is None or key.user_id != user.id or key.revoked_ts is not None:
            raise NotFound
        key.revoked_ts = now_ts()
        note(actor, "revoke", RESOURCE, key.id, home_of(user), before=_audited(key))


def _decided(actor: Actor, user_id: str) -> User:
    """The user, if it is the actor or one to decide over. Raises NotFound, Forbidden, Gone."""
    user = found_user(actor, "put", user_id)
    if user.deleted_ts is not None:
        raise Gone
    if user.id != actor.user_id:
        require_decision(actor, user)
    return user


def _audited(key: ApiKey) -> dict[str, object]:
    return {"user_id": key.user_id, "prefix": key.prefix}
