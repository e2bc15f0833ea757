"""What happened to a record before: the events that were frozen about it."""

from sqlalchemy import select

from extensions import db
from models import Event


def previous_event(event: Event) -> Event | None:
    """The last event about the same record before this one, at the same location; None: it is the first on record."""
    return db.session.scalar(
        select(Event)
        .where(
            Event.record_id == event.record_id,
            Event.id < event.id,
            Event.resource == event.resource,
            Event.location_id == event.location_id,
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
