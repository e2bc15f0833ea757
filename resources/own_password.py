"""Changing one's own password: the current one is asked for, as a session that was left open must not suffice."""

from extensions import db
from models import User, now_ts, session_digest, writing
from resources.access import Actor
from resources.audit import note
from resources.passwords import hash_password
from resources.sign_in import SignInRefused, proven, settle
from resources.user_reach import home_of
from resources.users import RESOURCE, end_sign_ins
from schemas.refusals import Invalid
from schemas.user import PasswordInput
from schemas.validation import validated


def change_own_password(actor: Actor, current: str, new: str, address: str, session_token: str = "") -> None:
    """Replace the actor's password; sessions but this one, and API tokens, end.

    Wrong tries count like failed sign-ins from this address. Raises Invalid, SignInThrottled.
    """
    given = validated(PasswordInput, {"password": new})

    def is_actor(user: User) -> bool:
        return user.id == actor.user_id and user.is_active

    try:
        proof = proven(actor.username, current, address, is_actor)
        new_hash = hash_password(given.password)
        with writing(db.session()):
            user = settle(proof)
            before = {"password_hash": user.password_hash}
            user.password_hash, user.modified_ts = new_hash, now_ts()
            end_sign_ins(user.id, but=session_digest(session_token))
            note(actor, "update", RESOURCE, user.id, home_of(user), before=before, after={"password_hash": new_hash})
    except SignInRefused:
        raise Invalid({"current_password": ["Current password is not right."]}) from None
