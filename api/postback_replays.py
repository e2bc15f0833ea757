"""/v2/postbackreplays"""

from flask import Blueprint, Response

from api.auth import actor
from api.bodies import body
from api.envelopes import Kind, answer, expands_asked, record_answer
from api.filters import Column, Match, columns_of
from api.openapi.body import Body
from api.openapi.columns import closed, nullable, ref
from api.openapi.embedded import TS
from api.openapi.operation import describes
from api.openapi.records import record_schema
from api.paging import list_answer
from models import PostbackReplay, ReplayState
from resources import postback_replays as verbs
from schemas.postback_replay import FILTERS, PostbackReplayInput, asked_shape, replay_conditions, replay_shape

MS = 1000
COLUMNS = {
    **columns_of(PostbackReplay, ["id", *FILTERS, "rate", "total", "done", "state", "reason"], ["state"]),
    **columns_of(PostbackReplay, ["created_user_id", "created_by"]),
    "created_ts": Column(PostbackReplay.created_ms, Match.TIME, MS, made_with=PostbackReplay.id),
    "finished_ts": Column(PostbackReplay.finished_ms, Match.TIME, MS),
}
EXAMPLE = {"location_id": "23948sdnfia1129i9asf92", "status": "failed", "rate": 50, "dry_run": 1}
KIND = Kind(
    "postbackreplay",
    "postbackreplays",
    replay_shape,
    COLUMNS,
    verbs.EXPANSIONS,
    about="Many deliveries sent again as one operation: counted, paced, paused, resumed, cancelled.",
    body=Body(PostbackReplayInput, "postbackreplay", together=replay_conditions, example=EXAMPLE),
    answers={
        "state": {"enum": [state.value for state in ReplayState]},
        **{name: nullable(TS) for name in ("created_ts_from", "created_ts_to", "finished_ts")},
    },
)
DRY_RUN = record_schema(KIND)
ASKED = closed(
    {name: DRY_RUN["properties"][name] for name in (*FILTERS, "created_ts_from", "created_ts_to", "rate", "total")}
)
CREATED = {201: closed({KIND.singular: ref("Postbackreplay")}), 200: closed({KIND.singular: ASKED})}

routes = Blueprint("postbackreplays", __name__, url_prefix="/postbackreplays")


@routes.get("")
@describes(KIND, "list")
def list_postback_replays() -> Response:
    return list_answer(KIND, verbs.postback_replays_in_sight(actor()))


@routes.post("")
@describes(KIND, "create", answers=CREATED, note="A dry run only counts, and is answered with 200.")
def create() -> Response:
    """201 and the stored replay; 200 and only what it would be about for a dry run."""
    expand = _expands_asked()
    replay, stored = verbs.create_postback_replay(actor(), body("postbackreplay"))
    return _shown(replay, expand, 201) if stored else answer({"postbackreplay": asked_shape(replay)})


@routes.get("/<replay_id>")
@describes(KIND, "show")
def show(replay_id: str) -> Response:
    """With how its deliveries stand, asked for or not."""
    expand = _expands_asked()
    return _shown(verbs.get_postback_replay(actor(), replay_id), expand)


@routes.post("/<replay_id>/pause")
@describes(KIND, "pause", "Hold it")
def pause(replay_id: str) -> Response:
    expand = _expands_asked()
    return _shown(verbs.pause_postback_replay(actor(), replay_id), expand)


@routes.post("/<replay_id>/resume")
@describes(KIND, "resume", "Let it go on where it stopped")
def resume(replay_id: str) -> Response:
    expand = _expands_asked()
    return _shown(verbs.resume_postback_replay(actor(), replay_id), expand)


@routes.post("/<replay_id>/cancel")
@describes(KIND, "cancel", "End it")
def cancel(replay_id: str) -> Response:
    expand = _expands_asked()
    return _shown(verbs.cancel_postback_replay(actor(), replay_id), expand)


def _expands_asked() -> list[str]:
    """Asked before anything is done: what is refused must leave nothing behind."""
    return [*expands_asked(KIND), "outcomes"]


def _shown(replay: PostbackReplay, expand: list[str], status: int = 200) -> Response:
    return record_answer(KIND, replay, expand, status=status)
