"""/v2/token"""

from flask import Blueprint, Response, request

from api.auth import actor, developer_id, unauthorized
from api.bodies import fields_of_body
from api.envelopes import answer, nothing
from resources.sign_in import SignInRefused
from resources.tokens import create_token, delete_token
from web import current_request_id

routes = Blueprint("token", __name__, url_prefix="/token")


@routes.post("")
def create() -> Response:
    """Takes its fields bare, without a wrapper, and no other credential than `developer-id`."""
    try:
        token = create_token(developer_id(), fields_of_body(), request.remote_addr or "", current_request_id())
    except SignInRefused as refusal:
        raise unauthorized(refusal.message) from None
    return answer({"token": token}, 201)


@routes.delete("/<token>")
def delete(token: str) -> Response:
    delete_token(actor(), token)
    return nothing()
