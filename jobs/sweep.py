"""The sweep: whatever a bell should have rung for and did not.

Once a second, in a thread of every worker and led by none, it reopens deliveries whose lease lapsed and wakes a
worker when something is due: retries whose time has come, events whose wake was lost with Redis or with the web
process that committed them. It sleeps shorter when it knows that something falls due sooner.
"""

import threading

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from extensions import db
from failpoints import Place, failpoint
from jobs.queue import bell
from jobs.replay import advance_replays
from jobs.working import work
from models import WRITES, Delivery, DeliveryState, now_ms, wall_ms
from postbacks.records import MOST_REOPENED, reopen_lapsed

CADENCE = 1.0
SHORTEST = 0.01
LATE_MS = 500
"""Milliseconds after which what is due should have been fetched by the pump that was rung for."""

log = get_logger(__name__)


def sweep() -> float:
    """Look once. Returns the seconds after which to look again."""
    with db.engine.connect() as connection:
        now = now_ms()  # with a connection at hand the clock is set
        lapsed = connection.scalar(
            select(Delivery.id)
            .where(Delivery.state == DeliveryState.SENDING.value, Delivery.lease_until_ms <= now)
            .limit(1)
        )
    if lapsed:
        _reopen(now)
    with db.engine.connect() as connection:
        next_due = connection.scalar(
            select(func.min(Delivery.next_attempt_ms)).where(Delivery.state == DeliveryState.WAITING.value)
        )
    if next_due is None:
        return CADENCE
    if next_due <= now - LATE_MS:
        bell().ring_again()
        return CADENCE
    if next_due <= now:
        bell().ring()
        return LATE_MS / 1000
    return min(CADENCE, max(SHORTEST, (next_due - now) / 1000))


def _reopen(now: int) -> None:
    """All that lapsed, a bounded portion in each transaction."""
    reopened = MOST_REOPENED
    while reopened >= MOST_REOPENED:
        with db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
            reopened = reopen_lapsed(connection, now)
            log.warning("leases_lapsed", reopened=reopened)
            failpoint(Place.REOPENING)
        failpoint(Place.REOPENED)


def sweep_until(stopped: threading.Event, app: Flask) -> None:
    """Sweep until told to stop. A database that is away is waited for."""
    wait = 0.0
    while not stopped.wait(wait):
        try:
            with app.app_context():
                wait = min(sweep(), advance_replays())
                work.swept_ms = wall_ms()
        except SQLAlchemyError as error:
            log.warning("sweep_failed", error=type(error).__name__)
            wait = CADENCE
