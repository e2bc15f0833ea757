"""The verbs of replays: ask for one, watch it, pause, resume, cancel."""

from collections.abc import Callable, Mapping

from sqlalchemy import Select, func, select

from extensions import db
from models import (
    Delivery,
    DeliveryState,
    Location,
    PostbackConfig,
    PostbackReplay,
    ReplayState,
    new_id,
    now_ms,
    wall_ms,
    writing,
)
from postbacks import replays
from postbacks.replay_filter import count
from resources.access import Actor, in_sight, require, require_somewhere
from resources.audit import note
from resources.locations import require_given_location
from schemas.postback_replay import PostbackReplayInput, replay_columns
from schemas.refusals import Conflict, Invalid, NotFound
from schemas.rules import is_id
from schemas.validation import validated

RESOURCE = "postbackreplay"
PERMISSION = "v2.postbackreplays.post"


def postback_replays_in_sight(actor: Actor) -> Select[PostbackReplay]:
    """The replays in sight. Raises Forbidden where the actor may read none."""
    require_somewhere(actor, "v2.postbackreplays.get")
    return select(PostbackReplay).where(in_sight(db.session(), actor, PostbackReplay.location_id))


def get_postback_replay(actor: Actor, replay_id: str) -> PostbackReplay:
    """One replay. Raises NotFound, Forbidden."""
    return _replay_for(actor, "v2.postbackreplays.get", replay_id)


def create_postback_replay(actor: Actor, fields: Mapping[str, object]) -> tuple[PostbackReplay, bool]:
    """A new replay, counted and begun, and whether it was stored: a dry run is only counted.

    Raises Invalid, Forbidden.
    """
    require_somewhere(actor, PERMISSION)
    given = validated(PostbackReplayInput, fields)
    require_given_location(actor, PERMISSION, given.location_id)
    if given.postback_config_id is not None:
        _require_open_config(given.postback_config_id, given.location_id)
    replay = _counted(actor, given)
    if given.dry_run:
        return replay, False
    with writing(db.session()):
        db.session.add(replay)
        note(actor, "create", RESOURCE, replay.id, replay.location_id, after=fields)
    return replay, True


def pause_postback_replay(actor: Actor, replay_id: str) -> PostbackReplay:
    """Hold it; what it has made due already goes on by itself. Raises NotFound, Forbidden, Conflict."""
    return _moved(actor, replay_id, ReplayState.PAUSED, [ReplayState.RUNNING])


def resume_postback_replay(actor: Actor, replay_id: str) -> PostbackReplay:
    """Let it go on where it stopped. Raises NotFound, Forbidden, Conflict."""
    return _moved(actor, replay_id, ReplayState.RUNNING, [ReplayState.PAUSED])


def cancel_postback_replay(actor: Actor, replay_id: str) -> PostbackReplay:
    """End it; what it has made due already goes on by itself. Raises NotFound, Forbidden, Conflict."""
    return _moved(actor, replay_id, ReplayState.CANCELLED, [ReplayState.RUNNING, ReplayState.PAUSED])


def outcomes_of(replay: PostbackReplay) -> dict[str, int]:
    """How what it made due stands now, by state. What a later replay took over counts there."""
    standing = select(Delivery.state, func.count()).where(Delivery.replay_id == replay.id).group_by(Delivery.state)
    found = {state: number for state, number in db.session.execute(standing)}  # noqa: C416 - rows are no pairs to mypy
    return {state.value: found.get(state.value, 0) for state in DeliveryState}


EXPANSIONS: Mapping[str, Callable[[PostbackReplay], object]] = {"outcomes": outcomes_of}


def _replay_for(actor: Actor, permission: str, replay_id: str, *, lock: bool = False) -> PostbackReplay:
    """The replay; `lock` holds it for a change. Raises NotFound, Forbidden."""
    wanted = select(PostbackReplay).where(PostbackReplay.id == replay_id)
    replay = db.session.scalar(wanted.with_for_update() if lock else wanted) if is_id(replay_id) else None
    if replay is None:
        raise NotFound
    require(db.session(), actor, permission, replay.location_id)
    return replay


def _require_open_config(config_id: str, location_id: str) -> None:
    """Raise Invalid unless the config lies in the location or below it and may be sent to."""
    config = db.session.get(PostbackConfig, config_id)
    below = Location.below([location_id])
    if config is None or config.deleted_ts is not None or config.location_id not in db.session.scalars(below).all():
        raise Invalid({"postback_config_id": ["postback_config_id provided is not valid"]})
    if not config.is_active:
        raise Invalid({"postback_config_id": ["Postback Config Id is turned off: turn it on first."]})


def _counted(actor: Actor, given: PostbackReplayInput) -> PostbackReplay:
    """The replay as it would begin now. Counting may take a while and therefore only reads."""
    now = wall_ms()
    replay = PostbackReplay(
        id=new_id(),
        **replay_columns(given),
        state=ReplayState.RUNNING.value,
        done=0,
        created_ms=now,
        paced_ms=now_ms(),
        created_user_id=actor.user_id,
        created_by=actor.username,
    )
    connection = db.session.connection()
    replays.close_set(connection, replay)
    replay.total = count(connection, replay)
    if not replay.total:
        replay.state, replay.finished_ms, replay.reason = ReplayState.FINISHED.value, now, "There was nothing to send."
    return replay


def _moved(actor: Actor, replay_id: str, state: ReplayState, origins: list[ReplayState]) -> PostbackReplay:
    """Change its state under its lock, which a step takes as well."""
    with writing(db.session()):
        replay = _replay_for(actor, PERMISSION, replay_id, lock=True)
        if replay.state not in origins:
            raise Conflict(
                f"This replay is {replay.state}; only one that is {' or '.join(origins)} can be {DONE[state]}."
            )
        replay.state = state.value
        replay.reason = f"{DONE[state].capitalize()} by {actor.username}."
        replay.paced_ms = now_ms()
        replay.finished_ms = wall_ms() if state is ReplayState.CANCELLED else None
        note(actor, ACTIONS[state], RESOURCE, replay.id, replay.location_id)
    return replay


ACTIONS = {ReplayState.PAUSED: "pause", ReplayState.RUNNING: "resume", ReplayState.CANCELLED: "cancel"}
DONE = {ReplayState.PAUSED: "paused", ReplayState.RUNNING: "resumed", ReplayState.CANCELLED: "cancelled"}
