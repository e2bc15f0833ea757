"""The replay job: takes the running replays further, step by step. Every worker's sweep runs it; none is special."""

import math

from structlog import get_logger

from extensions import db
from jobs.queue import bell
from models import now_ms
from postbacks import replays

STEP_SECONDS = 0.2

log = get_logger(__name__)


def advance_replays() -> float:
    """Take each running replay a step further. Returns the seconds after which to come back."""
    with db.engine.connect() as connection:
        running = replays.running(connection)
    for replay in running:
        made = replays.step(db.engine, replay, now_ms())
        if made:
            log.info("replayed", replay_id=replay.id, made_due=made)
            bell().ring()
    return STEP_SECONDS if running else math.inf
