"""/v2/postbackevents"""

from dataclasses import replace

from flask import Blueprint, Response

from api.auth import actor
from api.bodies import body, listed_body
from api.envelopes import Kind, answer, embedded, expands_asked, record_answer
from api.openapi.body import Body
from api.openapi.columns import closed, fields_of, ref
from api.openapi.embedded import COUNT, TS
from api.openapi.operation import describes
from extensions import settings
from models import Event
from resources import postback_events as verbs
from schemas.postback_config import RESOURCES
from schemas.postback_event import PostbackEventInput, event_conditions, postback_event_shape


def _resources() -> tuple[str, ...]:
    return (*RESOURCES, *settings().custom_resources)


EXAMPLE = {
    "location_id": "23948sdnfia1129i9asf92",
    "resource": "contact",
    "type": "UPDATE",
    "data": {"id": "11e66c8a943ff4b2bf1b2102", "last_name": "Lue"},
    "idempotency_id": "lue-was-renamed",
}
BODY = Body(
    PostbackEventInput,
    "postbackevent",
    choices=lambda: {"resource": _resources()},
    together=lambda: event_conditions(_resources()),
    example=EXAMPLE,
)
KIND = Kind(
    "postbackevent",
    "postbackevents",
    postback_event_shape,
    {},
    about="What happened to records that only the host application knows.",
    body=BODY,
    answers={
        **fields_of(Event, ["id", "location_id", "resource", "record_id", "type", "product_transaction_id"]),
        **fields_of(Event, ["idempotency_id"]),
        "deliveries": COUNT,
        **fields_of(Event, ["skipped_reason"]),
        "created_ts": TS,
    },
)
MANY = replace(BODY, key="postbackevents", most=verbs.MOST_EVENTS, required=["idempotency_id"])
LISTED = closed({KIND.plural: {"type": "array", "items": ref("Postbackevent")}})
LARGEST_BATCH = 16 * 1024 * 1024
"""Bytes of a batch's body."""

routes = Blueprint("postbackevents", __name__, url_prefix="/postbackevents")


@routes.post("")
@describes(KIND, "create", "Publish an event", body=BODY)
def publish() -> Response:
    expands_asked(KIND)
    event, new = verbs.publish_event(actor(), body("postbackevent"))
    return _marked(record_answer(KIND, event, status=201), new=new)


@routes.post("/batch")
@describes(KIND, "publishMany", "Publish up to 1,000 events, all or none", body=MANY, answers={201: LISTED})
def publish_batch() -> Response:
    expands_asked(KIND)
    events, new = verbs.publish_events(actor(), listed_body("postbackevents", LARGEST_BATCH))
    return _marked(answer({"postbackevents": [embedded(KIND, event, ()) for event in events]}, 201), new=new)


@routes.get("/<event_id>")
@describes(KIND, "show")
def show(event_id: str) -> Response:
    expands_asked(KIND)
    return record_answer(KIND, verbs.get_event(actor(), event_id))


def _marked(response: Response, *, new: bool) -> Response:
    """The first answer given again says so, in the words of the Idempotency-Key draft."""
    if not new:
        response.headers["Idempotent-Replayed"] = "true"
    return response
