"""What all records that belong to a location have: an id and a place; some can be deleted and stay readable."""

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Mapped

from models.base import Base


class PlacedRecord(Base):
    """Base of the records that the shared verbs find for an actor."""

    __abstract__ = True

    id: Mapped[str]
    location_id: Mapped[str]
    created_ts: Mapped[int]

    @classmethod
    def standing(cls) -> ColumnElement[bool]:
        """Whether it was not deleted, as a condition of a query."""
        return true()

    @property
    def is_deleted(self) -> bool:
        return False


class DeletableRecord(PlacedRecord):
    """A record that stays in the table after its deletion, for its history."""

    __abstract__ = True

    deleted_ts: Mapped[int | None]

    @classmethod
    def standing(cls) -> ColumnElement[bool]:
        return cls.deleted_ts.is_(None)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_ts is not None
