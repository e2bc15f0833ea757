"""Changes: each event with what stood before it and who caused it. A second look at `events`, without a table."""

from sqlalchemy import select
from sqlalchemy.orm import Mapped, column_property, foreign, relationship

from models.base import Base
from models.event import Event
from models.user import User

_events = Event.__table__
_before = _events.alias("before")


class Change(Base):
    """An event as a piece of its record's history; read only."""

    __table__ = _events

    id: Mapped[str]
    location_id: Mapped[str]
    resource: Mapped[str]
    record_id: Mapped[str]
    type: Mapped[str]
    data: Mapped[str]
    skipped_reason: Mapped[str | None]
    user_id: Mapped[str | None]
    created_ms: Mapped[int]
    data_before: Mapped[str | None] = column_property(
        select(_before.c.data)
        .where(
            _before.c.record_id == _events.c.record_id,
            _before.c.resource == _events.c.resource,
            # Publishers choose the ids of their records: another location's of the same id is another record.
            _before.c.location_id == _events.c.location_id,
            _before.c.id < _events.c.id,
        )
        .order_by(_before.c.id.desc())
        .limit(1)
        .correlate(_events)
        .scalar_subquery()
    )
    """Of the record's event before this one; None where this is the first."""
    user: Mapped[User | None] = relationship(
        primaryjoin=lambda: foreign(_events.c.user_id) == User.id, viewonly=True, lazy="joined"
    )
