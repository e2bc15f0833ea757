"""The verbs of users and of their roles."""

from typing import Annotated

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from extensions import db
from models import Location, Role, User, new_id, now_ts, writing
from resources.access import PERMISSIONS, Actor
from resources.passwords import LONGEST_PASSWORD, hash_password
from schemas.refusals import Invalid, NotFound
from schemas.rules import Email, OptionalId, optional_text, text
from schemas.validation import Input, validated

SHORTEST_PASSWORD = 8
ZONES = ("utc", "location", "browser")
"""Where the zone of shown times may come from."""


class UserInput(Input):
    username: Annotated[str, text(64, one_line=True)]
    first_name: Annotated[str | None, optional_text(64)] = None
    last_name: Annotated[str | None, optional_text(64)] = None
    email: Email = None
    primary_location_id: OptionalId = None
    timezone: Annotated[str, text(64, pattern=r"[A-Za-z0-9_+/-]+", says="must be a time zone's name")] = "UTC"


def create_user(username: str, password: str | None = None, **fields: str | None) -> User:
    """A new user; without a password only API keys open anything for it. `fields` are those of UserInput.

    Raises Invalid.
    """
    given = validated(UserInput, {"username": username, **fields})
    password_hash = None if password is None else hash_password(_checked(password))
    now = now_ts()
    user = User(
        id=new_id(),
        password_hash=password_hash,
        created_ts=now,
        modified_ts=now,
        **{name: getattr(given, name) for name in UserInput.model_fields},
    )
    try:
        with writing(db.session()):
            if db.session.scalar(select(exists().where(User.username == given.username))):
                raise _taken()
            if user.primary_location_id and db.session.get(Location, user.primary_location_id) is None:
                raise Invalid({"primary_location_id": ["primary_location_id provided is not valid"]})
            db.session.add(user)
    except IntegrityError:
        raise _taken() from None
    return user


def set_password(user_id: str, password: str) -> None:
    """Replace the password. Raises Invalid, NotFound."""
    password_hash = hash_password(_checked(password))
    with writing(db.session()):
        user = db.session.get(User, user_id)
        if user is None:
            raise NotFound
        user.password_hash = password_hash
        user.modified_ts = now_ts()


def choose_zone(actor: Actor, zone: str) -> None:
    """Show this person times in another zone from now on. Raises Invalid."""
    if zone not in ZONES:
        raise Invalid({"zone": [f"Zone must be one of {', '.join(ZONES)}."]})
    with writing(db.session()):
        db.session.execute(update(User).where(User.id == actor.user_id).values(shown_zone=zone))


def grant_role(user_id: str, location_id: str, role: str) -> None:
    """Give the user this role at the location and below, in place of the one held there. Raises Invalid, NotFound."""
    if role not in PERMISSIONS:
        raise Invalid({"role": [f"Role must be one of {', '.join(PERMISSIONS)}."]})
    with writing(db.session()):
        if db.session.get(User, user_id) is None or db.session.get(Location, location_id) is None:
            raise NotFound
        db.session.merge(Role(user_id=user_id, location_id=location_id, name=role))


def _checked(password: str) -> str:
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return password
    raise Invalid({"password": [f"Password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."]})


def _taken() -> Invalid:
    return Invalid({"username": ["Username has already been taken."]})
