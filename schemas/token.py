"""Access tokens on the wire: a username and a password come in, a token and whose it is go out."""

from collections.abc import Collection
from typing import Annotated

from pydantic import PlainValidator

from models import User
from schemas.rules import BLANK, broken, described_as, optional_text
from schemas.user import USER_TYPES
from schemas.validation import Input

EXPIRE_MINUTES = 15


def _read_text(value: object) -> str:
    """Judges no more than the sign-in page: what is too long or no name at all is answered like what is wrong."""
    if value is None or value == "":
        broken(BLANK)
    return value if isinstance(value, str) else broken("must be text")


Typed = Annotated[
    str, PlainValidator(_read_text, json_schema_input_type=described_as({"type": "string", "minLength": 1}))
]


class TokenInput(Input):
    username: Typed
    password: Typed
    domain: Annotated[str | None, optional_text(255)] = None
    """The family's name of a deployment. This is one deployment: read, and not used."""


def token_shape(token: str, user: User, roles: Collection[str], now: int) -> dict[str, object]:
    """The token and the user whose it is; `id` is the user's, as `user-id` would be beside a key."""
    return {
        "id": user.id,
        "token": token,
        "expire": EXPIRE_MINUTES,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "time": now,
        "primary_location_id": user.primary_location_id,
        "timezone": user.timezone,
        "user_type_id": max((USER_TYPES.get(role, 0) for role in roles), default=0),
    }
