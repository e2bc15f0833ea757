"""/v2/postbackreplays"""

from flask import Blueprint, Response

from api.auth import actor
from api.bodies import body
from api.envelopes import Kind, answer, expands_asked, record_answer
from api.filters import Column, Match, columns_of
from api.paging import list_answer
from models import PostbackReplay
from resources import postback_replays as verbs
from schemas.postback_replay import FILTERS, asked_shape, replay_shape

MS = 1000
COLUMNS = {
    **columns_of(PostbackReplay, ["id", *FILTERS, "rate", "total", "done", "state", "reason"], ["state"]),
    **columns_of(PostbackReplay, ["created_user_id", "created_by"]),
    "created_ts": Column(PostbackReplay.created_ms, Match.TIME, MS, made_with=PostbackReplay.id),
    "finished_ts": Column(PostbackReplay.finished_ms, Match.TIME, MS),
}
KIND = Kind("postbackreplay", "postbackreplays", replay_shape, COLUMNS, verbs.EXPANSIONS)

routes = Blueprint("postbackreplays", __name__, url_prefix="/postbackreplays")


@routes.get("")
def list_postback_replays() -> Response:
    return list_answer(KIND, verbs.postback_replays_in_sight(actor()))


@routes.post("")
def create() -> Response:
    """201 and the stored replay; 200 and only what it would be about for a dry run."""
    replay, stored = verbs.create_postback_replay(actor(), body("postbackreplay"))
    return _shown(replay, 201) if stored else answer({"postbackreplay": asked_shape(replay)})


@routes.get("/<replay_id>")
def show(replay_id: str) -> Response:
    """With how its deliveries stand, asked for or not."""
    return _shown(verbs.get_postback_replay(actor(), replay_id))


@routes.post("/<replay_id>/pause")
def pause(replay_id: str) -> Response:
    return _shown(verbs.pause_postback_replay(actor(), replay_id))


@routes.post("/<replay_id>/resume")
def resume(replay_id: str) -> Response:
    return _shown(verbs.resume_postback_replay(actor(), replay_id))


@routes.post("/<replay_id>/cancel")
def cancel(replay_id: str) -> Response:
    return _shown(verbs.cancel_postback_replay(actor(), replay_id))


def _shown(replay: PostbackReplay, status: int = 200) -> Response:
    return record_answer(KIND, replay, [*expands_asked(KIND), "outcomes"], status=status)
