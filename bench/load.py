"""Backlogs for the benchmark: many events and their deliveries, inserted in bulk and due at one moment."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, insert, select, text

from bench.stage import LOCATION, Stage
from extensions import db
from models import Contact, Delivery, DeliveryState, Event, new_id, now_ms, writing
from postbacks.message import frozen_json
from schemas.contact import contact_shape

SAMPLE = contact_shape(Contact(id="11e66c8a943ff4b2bf1b2102", location_id=LOCATION, last_name="Lue"))
PIECE = 5000


def add_backlog(on: Stage, config_ids: Sequence[str], count: int, due_ms: int) -> None:
    """`count` deliveries, dealt round to the configs, all due at `due_ms`."""
    with on.app.app_context():
        for first in range(0, count, PIECE):
            events = list(_events(min(PIECE, count - first)))
            with writing(db.session()):
                db.session.execute(insert(Event), events)
                db.session.execute(insert(Delivery), list(_deliveries(events, config_ids, first, due_ms)))
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))


def _events(count: int) -> Iterator[dict[str, Any]]:
    data, now = frozen_json(SAMPLE), now_ms()
    for _ in range(count):
        yield {
            "id": new_id(),
            "location_id": LOCATION,
            "resource": "contact",
            "record_id": "11e66c8a943ff4b2bf1b2102",
            "type": "CREATE",
            "data": data,
            "created_ms": now,
        }


def _deliveries(
    events: Sequence[dict[str, Any]], config_ids: Sequence[str], first: int, due_ms: int
) -> Iterator[dict[str, Any]]:
    for number, event in enumerate(events, first):
        yield {
            "id": new_id(),
            "event_id": event["id"],
            "postback_config_id": config_ids[number % len(config_ids)],
            "location_id": LOCATION,
            "state": DeliveryState.WAITING.value,
            "attempts_made": 0,
            "attempts_begun": 0,
            "interruptions": 0,
            "attempts_granted": 0,
            "next_attempt_ms": due_ms,
            "created_ms": event["created_ms"],
        }


def wait_until_delivered(on: Stage, config_ids: Sequence[str], count: int, seconds: float = 300) -> int:
    """Wait until all are delivered; the epoch milliseconds at which the last one was."""
    deadline = time.monotonic() + seconds
    with on.app.app_context():
        mine = Delivery.postback_config_id.in_(config_ids), Delivery.state == DeliveryState.DELIVERED.value
        while time.monotonic() < deadline:
            delivered, last = db.session.execute(
                select(func.count(), func.max(Delivery.finished_ms)).where(*mine)
            ).one()
            db.session.rollback()
            if delivered >= count:
                return int(last or 0)
            time.sleep(0.5)
    raise TimeoutError(f"{delivered} of {count} were delivered after {seconds} s")
