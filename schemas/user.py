"""Users on the wire: the record, what others embed of it, and what a caller may give. A password only comes in."""

from typing import Annotated

from pydantic import PlainValidator

from models import User
from schemas.patterns import JsonSchema
from schemas.rules import Email, Flag, Id, OptionalId, broken, described_as, optional_text, text
from schemas.validation import Input
from schemas.zones import Zone

USER_KEYS = (
    "id",
    "username",
    "first_name",
    "last_name",
    "email",
    "primary_location_id",
    "timezone",
    "is_active",
    "created_ts",
    "modified_ts",
)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1024
"""Characters; a longer one is refused before any work is done with it."""
ROLES = ("viewer", "operator", "admin", "integration")
USER_TYPES = {"viewer": 100, "integration": 200, "operator": 300, "admin": 400}
"""`user_type_id` of a user by the weightiest role held anywhere; 0 for none."""

PASSWORD: JsonSchema = {
    "anyOf": [{"type": "string", "minLength": SHORTEST_PASSWORD, "maxLength": LONGEST_PASSWORD}, {"type": "null"}]
}

Name = Annotated[str | None, optional_text(64)]


def read_password(value: object) -> str | None:
    """Any characters: what is typed is what counts, blanks too."""
    if value is None:
        return None
    if not isinstance(value, str):
        broken("must be text")
    if not SHORTEST_PASSWORD <= len(value) <= LONGEST_PASSWORD:
        broken(f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return value


def _read_role(value: object) -> str:
    return value if isinstance(value, str) and value in ROLES else broken(f"must be one of {', '.join(ROLES)}")


class UserInput(Input):
    username: Annotated[str, text(64, one_line=True)]
    first_name: Name = None
    last_name: Name = None
    email: Email = None
    primary_location_id: OptionalId = None
    timezone: Zone = "UTC"
    is_active: Flag = True
    password: Annotated[str | None, PlainValidator(read_password, json_schema_input_type=described_as(PASSWORD))] = None


class PasswordInput(Input):
    """A new password alone."""

    password: Annotated[str, PlainValidator(read_password, json_schema_input_type=str)]


class RoleInput(Input):
    location_id: Id
    role: Annotated[str, PlainValidator(_read_role, json_schema_input_type=described_as({"enum": list(ROLES)}))]


USER_FIELDS = tuple(name for name in UserInput.model_fields if name != "password")


def user_record(user: User) -> dict[str, object]:
    """A user as it is answered."""
    return {key: getattr(user, key) for key in USER_KEYS}


def user_values(user: User) -> dict[str, object]:
    """A stored user as the input that would make it, the password aside."""
    return {name: getattr(user, name) for name in USER_FIELDS}


def user_shape(user: User) -> dict[str, object]:
    """Who it is, where another record embeds it, and nothing that signs in."""
    return {
        "id": user.id,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
    }
