"""Replays: asking for one (count first, then confirm), watching it, pausing, resuming and cancelling it."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from extensions import db, settings
from models import Location, PostbackConfig, PostbackReplay
from resources import postback_replays as verbs
from resources.access import Actor, may, require
from resources.locations import get_location
from resources.newest_first import newest_first
from resources.postback_configs import postback_configs_in_sight
from schemas.postback_config import RESOURCES
from schemas.postback_replay import LARGEST_RATE, TYPES
from schemas.refusals import Conflict, Invalid
from ui.asked import asked_before
from ui.fragments import poll_answer, render_block
from ui.replay_asked import CODES, SKIPPED_WORDS, STATUS_WORDS, ReplayAsked, asked_replay, replay_words
from ui.replay_faults import Faults, faults_of
from ui.replay_view import ReplayView, lines_of, view_of_replay
from ui.session import current_actor, require_sign_in

replays = Blueprint("replays", __name__)
replays.before_request(require_sign_in)

PIECE = 40
MOST_CONFIGS_OFFERED = 200


@replays.get("/locations/<location_id>/replays")
def index(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    query = verbs.postback_replays_in_sight(current_actor()).where(PostbackReplay.location_id == location.id)
    before = asked_before()
    piece = newest_first(query, PostbackReplay.id, before, PIECE)
    return render_template(
        "replays/index.html",
        location=location,
        lines=lines_of(piece.rows),
        older=piece.older,
        before=before,
        may_replay=_may(location.id),
    )


@replays.get("/locations/<location_id>/replays/new")
def new(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    require(db.session(), current_actor(), verbs.PERMISSION, location.id)
    return _form_page(location, asked_replay(request.args), {})


@replays.get("/locations/<location_id>/replays/count")
def count(location_id: str) -> str | tuple[str, int]:
    """Count what it would send, and ask whether to."""
    location = get_location(current_actor(), location_id)
    wanted = asked_replay(request.args)
    try:
        counted, _ = verbs.create_postback_replay(current_actor(), wanted.wire(location.id) | {"dry_run": "1"})
    except Invalid as refusal:
        return _form_page(location, wanted, faults_of(refusal.errors)), 422
    config = db.session.get(PostbackConfig, counted.postback_config_id) if counted.postback_config_id else None
    return render_template(
        "replays/count.html",
        location=location,
        asked=wanted,
        counted=counted,
        about=replay_words(counted, config.url if config else None),
        seconds=-(-counted.total // counted.rate),
    )


@replays.post("/locations/<location_id>/replays")
def create(location_id: str) -> AnyResponse | tuple[str, int]:
    location = get_location(current_actor(), location_id)
    wanted = asked_replay(request.form)
    try:
        replay, _ = verbs.create_postback_replay(current_actor(), wanted.wire(location.id))
    except Invalid as refusal:
        return _form_page(location, wanted, faults_of(refusal.errors)), 422
    return redirect(url_for(".show", replay_id=replay.id), 303)


@replays.get("/replays/<replay_id>")
def show(replay_id: str) -> str:
    return render_template("replays/show.html", **_shown(_viewed(replay_id)))


@replays.get("/replays/<replay_id>/live")
def live(replay_id: str) -> Response:
    view = _viewed(replay_id)
    return poll_answer(view.tag, lambda: render_block("replays/show.html", "live", **_shown(view)))


@replays.post("/replays/<replay_id>/pause")
def pause(replay_id: str) -> AnyResponse:
    return _told(replay_id, verbs.pause_postback_replay)


@replays.post("/replays/<replay_id>/resume")
def resume(replay_id: str) -> AnyResponse:
    return _told(replay_id, verbs.resume_postback_replay)


@replays.post("/replays/<replay_id>/cancel")
def cancel(replay_id: str) -> AnyResponse:
    return _told(replay_id, verbs.cancel_postback_replay)


def _told(replay_id: str, verb: Callable[[Actor, str], PostbackReplay]) -> AnyResponse:
    """Do it, and come back to the page; where it came too late the page says so and shows how it stands now."""
    try:
        verb(current_actor(), replay_id)
    except Conflict as refusal:
        flash(refusal.message, "warning")
    return redirect(url_for(".show", replay_id=replay_id), 303)


def _viewed(replay_id: str) -> ReplayView:
    return view_of_replay(verbs.get_postback_replay(current_actor(), replay_id))


def _shown(view: ReplayView) -> dict[str, Any]:
    location = get_location(current_actor(), view.replay.location_id)
    return {"view": view, "replay": view.replay, "location": location, "may_replay": _may(location.id)}


def _form_page(location: Location, wanted: ReplayAsked, faults: Faults) -> str:
    return render_template(
        "replays/new.html",
        location=location,
        asked=wanted,
        faults=faults,
        configs=_configs(location),
        statuses=STATUS_WORDS,
        skipped=SKIPPED_WORDS,
        codes=CODES,
        types=TYPES,
        resources=(*RESOURCES, *settings().custom_resources),
        largest_rate=LARGEST_RATE,
    )


def _configs(location: Location) -> Sequence[PostbackConfig]:
    """What a replay may be narrowed to: the configs here and below."""
    here = PostbackConfig.location_id.in_(Location.below([location.id]))
    query = postback_configs_in_sight(current_actor()).where(here)
    return db.session.scalars(query.order_by(PostbackConfig.id).limit(MOST_CONFIGS_OFFERED)).all()


def _may(location_id: str) -> bool:
    return may(db.session(), current_actor(), verbs.PERMISSION, location_id)
