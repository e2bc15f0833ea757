"""What the verbs of all placed records share: finding one for an actor, and telling what was done to it.

A resource's own file holds its verbs and says here what it is called, what it looks like and what it offers to embed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy import Select, select

from extensions import db, settings
from models import PlacedRecord
from postbacks.events import Occurrence, happened, record_events
from resources.access import Actor, in_sight, require, require_somewhere
from resources.audit import note_events
from schemas.refusals import Gone, Invalid, NotFound
from schemas.rules import is_id
from schemas.validation import label

R = TypeVar("R", bound=PlacedRecord)
CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"


def keep_fixed(stored: Mapping[str, object], changes: Mapping[str, object], *names: str) -> None:
    """Raise Invalid naming each of these fields that a change would give another value than the stored one."""
    changed = [name for name in names if name in changes and changes[name] != stored[name]]
    if changed:
        raise Invalid({name: [f"{label(name)} cannot be changed."] for name in changed})


def _of_no_product_transaction(_record: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Resource(Generic[R]):
    """Records that belong to a location. `tell` is for those whose changes are told by postbacks."""

    name: str
    """On the wire and in configs: `accountvault`."""
    endpoint: str
    """In addresses and permissions: `accountvaults`."""
    model: type[R]
    shape: Callable[[R], Mapping[str, object]]
    """The record as it is answered, and frozen as a postback's `data`."""
    expansions: Mapping[str, Callable[[R], object]] = field(default_factory=dict)
    product_transaction_id: Callable[[R], str | None] = _of_no_product_transaction
    """By which configs of this resource are matched besides the location."""

    def permission(self, verb: str) -> str:
        """The permission for get, post, put or delete."""
        return f"v2.{self.endpoint}.{verb}"

    def in_sight(self, actor: Actor) -> Select[R]:
        """The records in sight that were not deleted. Raises Forbidden where the actor may read none."""
        require_somewhere(actor, self.permission("get"))
        return select(self.model).where(
            in_sight(db.session(), actor, self.model.location_id),
            self.model.standing(),
        )

    def get(self, actor: Actor, record_id: str) -> R:
        """One record. Raises NotFound, Forbidden."""
        record = self.found(actor, "get", record_id)
        if record.is_deleted:
            raise NotFound
        return record

    def for_change(self, actor: Actor, record_id: str, verb: str = "put") -> R:
        """One record, locked; call it inside `writing`. Raises NotFound, Forbidden, Gone."""
        record = self.found(actor, verb, record_id, lock=True)
        if record.is_deleted:
            raise Gone
        actor.require_unchanged(self.shape(record))
        return record

    def for_deletion(self, actor: Actor, record_id: str) -> R:
        """One record, locked; call it inside `writing`. Raises NotFound (also of a deleted one), Forbidden."""
        record = self.found(actor, "delete", record_id, lock=True)
        if record.is_deleted:
            raise NotFound
        actor.require_unchanged(self.shape(record))
        return record

    def found(self, actor: Actor, verb: str, record_id: str, *, lock: bool = False) -> R:
        """The record, deleted or not. Raises NotFound, Forbidden."""
        wanted = select(self.model).where(self.model.id == record_id)
        record = db.session.scalar(wanted.with_for_update() if lock else wanted) if is_id(record_id) else None
        if record is None:
            raise NotFound
        require(db.session(), actor, self.permission(verb), record.location_id)
        return record

    def tell(self, actor: Actor, type_: str, *records: R) -> None:
        """Record the event of each record and promise its postbacks, and note who did it; the caller commits.

        All records are of one location. Raises Invalid where a payload would be too large.
        """
        if not records:
            return
        occurrences = [self._occurrence(actor, type_, record) for record in records]
        recorded = record_events(db.session(), occurrences)
        done = [(record.id, type_.lower(), event.id) for record, event in zip(records, recorded, strict=True)]
        note_events(actor, self.name, records[0].location_id, done)

    def _occurrence(self, actor: Actor, type_: str, record: R) -> Occurrence:
        return happened(
            type_=type_,
            resource=self.name,
            record_id=record.id,
            location_id=record.location_id,
            data=self.shape(record),
            expansions={name: partial(expand, record) for name, expand in self.expansions.items()},
            max_payload_bytes=settings().max_payload_bytes,
            product_transaction_id=self.product_transaction_id(record),
            request_id=actor.request_id,
            user_id=actor.user_id,
        )
