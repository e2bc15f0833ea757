"""/v2/token"""

from flask import Blueprint, Response, request

from api.auth import actor, developer_id, unauthorized
from api.bodies import fields_of_body
from api.envelopes import Kind, answer, nothing
from api.openapi.body import Body
from api.openapi.columns import closed, nullable
from api.openapi.embedded import TEXT, TS
from api.openapi.operation import describes
from resources.sign_in import SignInRefused
from resources.tokens import create_token, delete_token
from schemas.token import EXPIRE_MINUTES, TokenInput
from web import current_request_id

routes = Blueprint("token", __name__, url_prefix="/token")


TOKEN = closed(
    {
        **dict.fromkeys(("id", "token", "username"), TEXT),
        "expire": {"const": EXPIRE_MINUTES, "description": "Minutes from its last use."},
        **{name: nullable(TEXT) for name in ("first_name", "last_name", "primary_location_id")},
        "time": TS,
        "timezone": TEXT,
        "user_type_id": {"type": "integer"},
    }
)
KIND: Kind[dict[str, object]] = Kind(
    "token",
    "token",
    dict,
    {},
    about="Access tokens, for who signs in with a username and a password.",
    answers=TOKEN["properties"],
    linked=False,
)
SIGN_IN = Body(TokenInput, "", example={"username": "jones", "password": "correct horse battery staple"})


@routes.post("")
@describes(KIND, "create", "Sign in", body=SIGN_IN, signs_in=True, expands=False)
def create() -> Response:
    """Takes its fields bare, without a wrapper, and no other credential than `developer-id`."""
    try:
        token = create_token(developer_id(), fields_of_body(), request.remote_addr or "", current_request_id())
    except SignInRefused as refusal:
        raise unauthorized(refusal.message) from None
    return answer({"token": token}, 201)


@routes.delete("/<token>")
@describes(KIND, "delete", "Sign out")
def delete(token: str) -> Response:
    delete_token(actor(), token)
    return nothing()
