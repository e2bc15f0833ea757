"""Changelogs: the history of records, read from their events. Nothing is written for them."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from extensions import db
from models import Event, User
from schemas.changelog import Change, changelog_shape

EMBEDDED = 20


class Identified(Protocol):
    @property
    def id(self) -> str: ...


def changes() -> Select[Any]:
    """Every event as a row for `Change`: filter, sort and limit it by `Event`."""
    before = aliased(Event)
    data_before = (
        select(before.data)
        .where(before.record_id == Event.record_id, before.resource == Event.resource, before.id < Event.id)
        .order_by(before.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (Event.id, Event.created_ms, Event.type, Event.resource, Event.record_id, Event.data)
    return select(*columns, data_before, User).outerjoin(User, User.id == Event.user_id)


def changes_of_record(resource: str, record_id: str, most: int = EMBEDDED) -> Sequence[Change]:
    """The newest changes of one record, newest first."""
    of_record = (Event.record_id == record_id) & (Event.resource == resource)
    return [
        Change(*row) for row in db.session.execute(changes().where(of_record).order_by(Event.id.desc()).limit(most))
    ]


def changelogs_of(resource: str) -> Callable[[Identified], list[dict[str, object]]]:
    """What `changelogs` embeds of a record of this resource."""

    def embedded(record: Identified) -> list[dict[str, object]]:
        return [changelog_shape(change) for change in changes_of_record(resource, str(record.id))]

    return embedded
