"""/v2/users, with the roles and API keys of each; `me` stands for one's own id."""

from flask import Response

from api.auth import actor
from api.bodies import body
from api.envelopes import Kind, answer, nothing
from api.filters import columns_of
from api.openapi.body import Body
from api.openapi.columns import closed, fields_of
from api.openapi.embedded import TEXT
from api.openapi.operation import describes
from api.routes import Fields, Verbs, record_routes
from models import ApiKey, Role, User
from resources import api_keys, roles
from resources import users as verbs
from resources.access import Actor
from resources.user_reach import users_in_sight
from schemas.api_key import API_KEY_KEYS, api_key_shape
from schemas.user import ROLES, USER_KEYS, RoleInput, UserInput, user_record


def _role_shape(role: Role) -> dict[str, object]:
    return {"location_id": role.location_id, "role": role.name}


EXAMPLE = {"username": "jones", "last_name": "Jones", "primary_location_id": "23948sdnfia1129i9asf92"}
KIND = Kind(
    "user",
    "users",
    user_record,
    columns_of(User, USER_KEYS),
    about="People, and programs that act for them. `me` is one's own id.",
    body=Body(UserInput, "user", required=["primary_location_id"], example=EXAMPLE),
)
ROLE_KIND = Kind(
    "role",
    "roles",
    _role_shape,
    {},
    about="Who may do what at which location and below it.",
    body=Body(RoleInput, "role", example={"location_id": "23948sdnfia1129i9asf92", "role": "viewer"}),
    answers={"location_id": TEXT, "role": {"enum": list(ROLES)}},
    linked=False,
)
KEY_KIND = Kind(
    "userapikey",
    "userapikeys",
    api_key_shape,
    {},
    about="A user's API keys, told by how they begin.",
    answers=fields_of(ApiKey, API_KEY_KEYS),
    linked=False,
)
MADE = closed({"user": closed({"user_api_key": TEXT})})


def _create(acting: Actor, fields: Fields) -> tuple[User, bool]:
    return verbs.create_user(acting, fields), True


routes = record_routes(KIND, Verbs(users_in_sight, verbs.get_user, _create, verbs.update_user, verbs.delete_user))


@routes.get("/<user_id>/roles")
@describes(ROLE_KIND, "list", "The roles of a user", pages=False, expands=False)
def list_roles(user_id: str) -> Response:
    return answer({"roles": [_role_shape(role) for role in roles.roles_of(actor(), user_id)]})


@routes.post("/<user_id>/roles")
@describes(
    ROLE_KIND,
    "create",
    "Grant a role, or change the one held at that location",
    body=ROLE_KIND.body,
    also=[200],
    expands=False,
)
def grant_role(user_id: str) -> Response:
    """201 for a new one, 200 where it takes the place of the one held at that location."""
    role, new = roles.grant_role(actor(), user_id, body("role"))
    return answer({"role": _role_shape(role)}, 201 if new else 200)


@routes.delete("/<user_id>/roles/<location_id>")
@describes(ROLE_KIND, "delete", "Take a role away")
def revoke_role(user_id: str, location_id: str) -> Response:
    roles.revoke_role(actor(), user_id, location_id)
    return nothing()


@routes.post("/<user_id>/generateuserapikey")
@describes(KEY_KIND, "generate", "Make an API key, shown this once", expands=False, answers={201: MADE})
def generate_api_key(user_id: str) -> Response:
    """The one answer that holds the key. A body is not looked at."""
    return answer({"user": {"user_api_key": api_keys.generate_api_key(actor(), user_id)}}, 201)


@routes.get("/<user_id>/userapikeys")
@describes(KEY_KIND, "list", "The API keys of a user", pages=False, expands=False)
def list_api_keys(user_id: str) -> Response:
    return answer({"userapikeys": [api_key_shape(key) for key in api_keys.api_keys_of(actor(), user_id)]})


@routes.delete("/<user_id>/userapikeys/<key_id>")
@describes(KEY_KIND, "delete", "Revoke an API key")
def revoke_api_key(user_id: str, key_id: str) -> Response:
    api_keys.revoke_api_key(actor(), user_id, key_id)
    return nothing()
