"""/v2/users, with the roles and API keys of each; `me` stands for one's own id."""

from flask import Response

from api.auth import actor
from api.bodies import body
from api.envelopes import Kind, answer, nothing
from api.filters import columns_of
from api.routes import Fields, Verbs, record_routes
from models import Role, User
from resources import api_keys, roles
from resources import users as verbs
from resources.access import Actor
from resources.user_reach import users_in_sight
from schemas.api_key import api_key_shape
from schemas.user import USER_KEYS, user_record

KIND = Kind("user", "users", user_record, columns_of(User, USER_KEYS))


def _create(acting: Actor, fields: Fields) -> tuple[User, bool]:
    return verbs.create_user(acting, fields), True


routes = record_routes(KIND, Verbs(users_in_sight, verbs.get_user, _create, verbs.update_user, verbs.delete_user))


@routes.get("/<user_id>/roles")
def list_roles(user_id: str) -> Response:
    return answer({"roles": [_role_shape(role) for role in roles.roles_of(actor(), user_id)]})


@routes.post("/<user_id>/roles")
def grant_role(user_id: str) -> Response:
    """201 for a new one, 200 where it takes the place of the one held at that location."""
    role, new = roles.grant_role(actor(), user_id, body("role"))
    return answer({"role": _role_shape(role)}, 201 if new else 200)


@routes.delete("/<user_id>/roles/<location_id>")
def revoke_role(user_id: str, location_id: str) -> Response:
    roles.revoke_role(actor(), user_id, location_id)
    return nothing()


@routes.post("/<user_id>/generateuserapikey")
def generate_api_key(user_id: str) -> Response:
    """The one answer that holds the key. A body is not looked at."""
    return answer({"user": {"user_api_key": api_keys.generate_api_key(actor(), user_id)}}, 201)


@routes.get("/<user_id>/userapikeys")
def list_api_keys(user_id: str) -> Response:
    return answer({"userapikeys": [api_key_shape(key) for key in api_keys.api_keys_of(actor(), user_id)]})


@routes.delete("/<user_id>/userapikeys/<key_id>")
def revoke_api_key(user_id: str, key_id: str) -> Response:
    api_keys.revoke_api_key(actor(), user_id, key_id)
    return nothing()


def _role_shape(role: Role) -> dict[str, object]:
    return {"location_id": role.location_id, "role": role.name}
