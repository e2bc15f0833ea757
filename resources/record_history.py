"""A record's history: its changes, newest first, each with the postbacks that it caused.

Whoever asks has been let in to the record. However long the history, a piece of it costs two queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from extensions import db
from models import Change, Delivery
from resources.newest_first import newest_first

PIECE = 10
DELIVERIES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Told:
    """A change and the deliveries of its event, oldest first: the first few of them, and how many there are."""

    change: Change
    deliveries: Sequence[Delivery]
    count: int


@dataclass(frozen=True, slots=True)
class History:
    """A piece of it, newest first; `older` is the id to go on before, None at the beginning."""

    changes: Sequence[Told]
    older: str | None


def history_of(resource: str, record_id: str, location_id: str, before: str | None = None) -> History:
    """The newest changes of one record, or the newest before an id; users, deliveries and their configs loaded."""
    of_record = (Change.record_id == record_id) & (Change.resource == resource) & (Change.location_id == location_id)
    piece = newest_first(select(Change).where(of_record), Change.id, before, PIECE)
    told = _deliveries_of([change.id for change in piece.rows])
    return History([Told(change, *told.get(change.id, ([], 0))) for change in piece.rows], piece.older)


def _deliveries_of(event_ids: Sequence[str]) -> dict[str, tuple[list[Delivery], int]]:
    place = func.row_number().over(partition_by=Delivery.event_id, order_by=Delivery.id).label("place")
    count = func.count().over(partition_by=Delivery.event_id).label("count")
    numbered = select(Delivery.id, place, count).where(Delivery.event_id.in_(event_ids)).subquery()
    shown = aliased(Delivery)
    found = db.session.execute(
        select(shown, numbered.c.count)
        .join(numbered, numbered.c.id == shown.id)
        .where(numbered.c.place <= DELIVERIES_SHOWN)
        .options(joinedload(shown.config))
        .order_by(shown.id)
    )
    told: dict[str, tuple[list[Delivery], int]] = {}
    for delivery, number in found:
        told.setdefault(delivery.event_id, ([], number))[0].append(delivery)
    return told
