"""/v2/postbackevents"""

from flask import Blueprint, Response

from api.auth import actor
from api.bodies import body, listed_body
from api.envelopes import Kind, answer, embedded, expands_asked, record_answer
from resources import postback_events as verbs
from schemas.postback_event import postback_event_shape

KIND = Kind("postbackevent", "postbackevents", postback_event_shape, {})
LARGEST_BATCH = 16 * 1024 * 1024
"""Bytes of a batch's body."""

routes = Blueprint("postbackevents", __name__, url_prefix="/postbackevents")


@routes.post("")
def publish() -> Response:
    expands_asked(KIND)
    event, new = verbs.publish_event(actor(), body("postbackevent"))
    return _marked(record_answer(KIND, event, status=201), new=new)


@routes.post("/batch")
def publish_batch() -> Response:
    expands_asked(KIND)
    events, new = verbs.publish_events(actor(), listed_body("postbackevents", LARGEST_BATCH))
    return _marked(answer({"postbackevents": [embedded(KIND, event, ()) for event in events]}, 201), new=new)


@routes.get("/<event_id>")
def show(event_id: str) -> Response:
    expands_asked(KIND)
    return record_answer(KIND, verbs.get_event(actor(), event_id))


def _marked(response: Response, *, new: bool) -> Response:
    """The first answer given again says so, in the words of the Idempotency-Key draft."""
    if not new:
        response.headers["Idempotent-Replayed"] = "true"
    return response
