"""Changelogs: the history of records, read from their events. Nothing is written for them."""

from collections.abc import Callable, Sequence

from sqlalchemy import Select, select

from extensions import db
from models import Change
from resources.access import Actor, in_sight, require, require_somewhere
from resources.expansions import Placed
from schemas.changelog import changelog_shape
from schemas.refusals import NotFound
from schemas.rules import is_id

PERMISSION = "v2.changelogs.get"
EMBEDDED = 20


def changes_in_sight(actor: Actor) -> Select[Change]:
    """The changes in sight, each with what stood before it and its user. Raises Forbidden."""
    require_somewhere(actor, PERMISSION)
    return select(Change).where(in_sight(db.session(), actor, Change.location_id))


def get_change(actor: Actor, change_id: str) -> Change:
    """One change in sight. Raises NotFound, Forbidden."""
    change = db.session.get(Change, change_id) if is_id(change_id) else None
    if change is None:
        raise NotFound
    require(db.session(), actor, PERMISSION, change.location_id)
    return change


def changes_of_record(resource: str, record_id: str, location_id: str, most: int = EMBEDDED) -> Sequence[Change]:
    """The newest changes of one record, newest first.

    Ids are a publisher's to choose: another location's events of the same id are about another record.
    """
    of_record = (Change.record_id == record_id) & (Change.resource == resource) & (Change.location_id == location_id)
    return db.session.scalars(select(Change).where(of_record).order_by(Change.id.desc()).limit(most)).all()


def changelogs_of(resource: str) -> Callable[[Placed], list[dict[str, object]]]:
    """What `changelogs` embeds of a record of this resource."""

    def embedded(record: Placed) -> list[dict[str, object]]:
        return [changelog_shape(change) for change in changes_of_record(resource, record.id, record.location_id)]

    return embedded
