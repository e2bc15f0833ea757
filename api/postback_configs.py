"""/v2/postbackconfigs"""

from flask import Blueprint, Response

from api.auth import actor
from api.bodies import body
from api.envelopes import Kind, answer, expands_asked, nothing, record_answer
from api.filters import columns_of
from api.openapi.body import Body
from api.openapi.columns import closed, ref
from api.openapi.operation import describes
from api.paging import list_answer
from extensions import settings
from models import PostbackConfig
from resources import postback_configs as verbs
from resources import test_sends
from schemas.delivery import attempt_shape
from schemas.patterns import JsonSchema
from schemas.postback_config import (
    CONFIG_KEYS,
    FLAGS,
    RESOURCES,
    PostbackConfigInput,
    config_conditions,
    config_shape,
)

COLUMNS = columns_of(PostbackConfig, (*CONFIG_KEYS, "product_transaction_id"), ["resource", "format"])


def _resources() -> tuple[str, ...]:
    return (*RESOURCES, *settings().custom_resources)


EXAMPLE = {
    "location_id": "23948sdnfia1129i9asf92",
    "resource": "contact",
    "url": "https://127.0.0.1/receiver",
    "on_create": "1",
    "on_update": "1",
    "on_delete": "1",
    "number_of_attempts": 5,
    "attempt_interval": 300,
}
KIND = Kind(
    "postbackconfig",
    "postbackconfigs",
    config_shape,
    COLUMNS,
    verbs.EXPANSIONS,
    about="Who is told of which events, at which URL, and how often it is tried.",
    body=Body(
        PostbackConfigInput,
        "postbackconfig",
        choices=lambda: {"resource": _resources()},
        together=lambda: config_conditions(_resources()),
        example=EXAMPLE,
    ),
    answers={flag: {"enum": ["1", "0"]} for flag in FLAGS},
    absent=["product_transaction_id"],
)
SECRET = "signing_secret"  # noqa: S105 - a name, not a secret

LIMITS: dict[str, JsonSchema] = {"RateLimit-Policy": {"type": "string"}, "RateLimit": {"type": "string"}}

routes = Blueprint("postbackconfigs", __name__, url_prefix="/postbackconfigs")


@routes.get("")
@describes(KIND, "list")
def list_postback_configs() -> Response:
    return list_answer(KIND, verbs.postback_configs_in_sight(actor()))


@routes.post("")
@describes(KIND, "create", embeds=[SECRET])
def create() -> Response:
    expand = expands_asked(KIND, [SECRET])
    config, secret = verbs.create_postback_config(actor(), body("postbackconfig"))
    return record_answer(KIND, config, expand, status=201, also={SECRET: secret})


@routes.get("/<config_id>")
@describes(KIND, "show")
def show(config_id: str) -> Response:
    expand = expands_asked(KIND)
    return record_answer(KIND, verbs.get_postback_config(actor(), config_id), expand)


@routes.route("/<config_id>", methods=["PUT", "PATCH"])
@describes(KIND, "update")
def update(config_id: str) -> Response:
    expand = expands_asked(KIND)
    config = verbs.update_postback_config(actor(), config_id, body("postbackconfig"))
    return record_answer(KIND, config, expand)


@routes.delete("/<config_id>")
@describes(KIND, "delete")
def delete(config_id: str) -> Response:
    verbs.delete_postback_config(actor(), config_id)
    return nothing()


@routes.post("/<config_id>/rotatesecret")
@describes(KIND, "rotateSecret", "Make a new signing secret; for 24 hours the old one signs as well", embeds=[SECRET])
def rotate_secret(config_id: str) -> Response:
    expand = expands_asked(KIND, [SECRET])
    config, secret = verbs.rotate_secret(actor(), config_id)
    return record_answer(KIND, config, expand, also={SECRET: secret})


@routes.post("/<config_id>/test")
@describes(
    KIND,
    "test",
    "Send one sample postback at once, and tell what came of it",
    answers={200: closed({"attempt": ref("Attempt")})},
    expands=False,
    refusals=[429],
    headers=LIMITS,
)
def send_test(config_id: str) -> Response:
    """What came of one sample postback, whether it was acknowledged or not."""
    tried = test_sends.send_test(actor(), config_id)
    response = answer({"attempt": attempt_shape(tried.attempt)})
    response.headers["RateLimit-Policy"] = f'"tests";q={test_sends.MOST};w={test_sends.WINDOW_SECONDS}'
    response.headers["RateLimit"] = f'"tests";r={tried.left};t={tried.seconds}'
    return response
