"""The verbs of users. Whose user it is to decide over, `resources.user_reach` says."""

from collections.abc import Mapping

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from extensions import db
from models import (
    AccessToken,
    ApiKey,
    Location,
    User,
    UserSession,
    new_id,
    now_ts,
    username_key,
    writing,
)
from resources.access import Actor, command_actor, holds_everywhere, require, require_somewhere
from resources.audit import note
from resources.passwords import hash_password
from resources.user_reach import found_user, hold, home_of, require_decision
from schemas.refusals import Conflict, Forbidden, Gone, Invalid, NotFound
from schemas.user import USER_FIELDS, UserInput, user_record, user_values
from schemas.validation import label, validated

RESOURCE = "user"
OWN = frozenset({"first_name", "last_name", "email", "timezone"})
"""What everybody may change of themself."""
MYSELF = "Nobody {} their own user, so that a place never loses its last admin by a slip. Ask another admin."


def get_user(actor: Actor, user_id: str) -> User:
    """One user in sight, or with `me` the actor's own. Raises NotFound, Forbidden."""
    user = found_user(actor, "get", user_id)
    if user.deleted_ts is not None:
        raise NotFound
    return user


def create_user(actor: Actor, fields: Mapping[str, object]) -> User:
    """A new user, who may do nothing until a role is granted; without a password only API keys open anything for it.

    Raises Invalid, Forbidden.
    """
    require_somewhere(actor, "v2.users.post")
    given = validated(UserInput, fields)
    _judge_place(actor, given.primary_location_id)
    password_hash = None if given.password is None else hash_password(given.password)
    now = now_ts()
    values = {name: getattr(given, name) for name in USER_FIELDS}
    user = User(id=new_id(), password_hash=password_hash, created_ts=now, modified_ts=now, **values)
    try:
        with writing(db.session()):
            _require_free(given.username)
            db.session.add(user)
            db.session.flush()
            note(actor, "create", RESOURCE, user.id, home_of(user), after=_audited(user))
    except IntegrityError:
        raise _taken() from None
    return user


def update_user(actor: Actor, user_id: str, fields: Mapping[str, object]) -> User:
    """Change the given fields. Others than one's own name, email and time zone take an admin over the user.

    A new password, or `is_active` off, ends the user's sessions and tokens. Raises Invalid, NotFound, Forbidden,
    Gone, Conflict.
    """
    user = found_user(actor, "put", user_id)
    given = _laid_over(user, fields)
    _require_change(actor, user, given)
    id_ = user.id
    db.session.rollback()  # the hash below is slow: no transaction stays open over it
    password_hash = None if given.password is None else hash_password(given.password)
    try:
        with writing(db.session()):
            acting = hold(actor, id_)
            user = found_user(acting, "put", id_)
            _change(acting, user, _laid_over(user, fields), password_hash)
    except IntegrityError:
        raise _taken() from None
    return user


def delete_user(actor: Actor, user_id: str) -> None:
    """Delete the user: nothing of it opens anything from this moment on. Its name stays taken, as the history has it.

    Raises NotFound, Forbidden, Conflict.
    """
    id_ = found_user(actor, "delete", user_id).id
    with writing(db.session()):
        acting = hold(actor, id_)
        user = found_user(acting, "delete", id_)
        if user.deleted_ts is not None:
            raise NotFound
        actor.require_unchanged(user_record(user))
        if user.id == actor.user_id:
            raise Conflict(MYSELF.format("deletes"))
        require_decision(acting, user)
        user.deleted_ts, user.is_active, user.modified_ts = now_ts(), False, now_ts()
        end_sign_ins(user.id)
        db.session.execute(
            update(ApiKey).where(ApiKey.user_id == user.id, ApiKey.revoked_ts.is_(None)).values(revoked_ts=now_ts())
        )
        note(actor, "delete", RESOURCE, user.id, home_of(user), before=user_values(user))


def set_password(user_id: str, password: str) -> None:
    """Replace the password, as the command line does; the user's sessions and tokens end. Raises Invalid, NotFound."""
    update_user(command_actor(db.session()), user_id, {"password": password})


def end_sign_ins(user_id: str, but: str = "") -> None:
    """Revoke the user's sessions, but the one of this digest, and tokens, in the caller's transaction."""
    db.session.execute(delete(AccessToken).where(AccessToken.user_id == user_id))
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_ts.is_(None), UserSession.digest != but)
        .values(revoked_ts=now_ts())
    )


def _laid_over(user: User, fields: Mapping[str, object]) -> UserInput:
    return validated(UserInput, {**user_values(user), **fields})


def _changed(user: User, given: UserInput) -> set[str]:
    """The names of what would change."""
    changed = {name for name in USER_FIELDS if getattr(given, name) != getattr(user, name)}
    return changed if given.password is None else changed | {"password"}


def _require_change(actor: Actor, user: User, given: UserInput) -> None:
    """Raise what stands against this change."""
    if user.deleted_ts is not None:
        raise Gone
    changed = _changed(user, given)
    if user.id == actor.user_id and "is_active" in changed:
        raise Conflict(MYSELF.format("turns off"))
    if user.id != actor.user_id or changed - OWN:
        require_decision(actor, user)
    if "primary_location_id" in changed:
        _judge_place(actor, given.primary_location_id)


def _change(actor: Actor, user: User, given: UserInput, password_hash: str | None) -> None:
    _require_change(actor, user, given)
    actor.require_unchanged(user_record(user))
    before = _audited(user)
    changed = _changed(user, given) - {"password"}
    if "username" in changed:
        _require_free(given.username, besides=user.id)
    for name in changed:
        setattr(user, name, getattr(given, name))
    if password_hash is not None:
        user.password_hash = password_hash
    if password_hash is not None or not user.is_active:
        end_sign_ins(user.id)
    user.modified_ts = now_ts()
    db.session.flush()
    note(actor, "update", RESOURCE, user.id, home_of(user), before=before, after=_audited(user))


def _judge_place(actor: Actor, location_id: str | None) -> None:
    """Whether a user may belong there. Only an admin of the root may leave it open. Raises Invalid."""
    if location_id is None:
        if not holds_everywhere(db.session(), actor, "v2.users.post"):
            raise Invalid({"primary_location_id": [f"{label('primary_location_id')} cannot be blank."]})
        return
    try:
        require(db.session(), actor, "v2.users.post", location_id)
        known = db.session.scalar(select(exists().where(Location.id == location_id)))
    except (NotFound, Forbidden):
        known = False
    if not known:
        raise Invalid({"primary_location_id": ["primary_location_id provided is not valid"]})


def _audited(user: User) -> dict[str, object]:
    """What the audit log compares; of the password only that it was set anew."""
    return {**user_values(user), "password_hash": user.password_hash}


def _require_free(username: str, besides: str | None = None) -> None:
    same = exists().where(User.username_key == username_key(username), User.id != (besides or ""))
    if db.session.scalar(select(same)):
        raise _taken()


def _taken() -> Invalid:
    return Invalid({"username": ["Username has already been taken."]})
