"""The audit log: who changed what. The store itself refuses to change or delete a row (migration 0007)."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from models.base import Base, Id, new_id, now_ts


class AuditEntry(Base):
    __tablename__ = "audit_entries"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    user_id: Mapped[str | None] = mapped_column(Id)
    username: Mapped[str] = mapped_column(String(64))
    """As it was then."""
    developer_id: Mapped[str | None] = mapped_column(Id)
    """Whose program it was; None: a person at the console."""
    credential: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(32))
    """create, update, delete, or what else was done in one word."""
    resource: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[str] = mapped_column(String(64))
    location_id: Mapped[str | None] = mapped_column(Id)
    """None where it concerns the whole deployment."""
    event_id: Mapped[str | None] = mapped_column(Id)
    """The event that came of it, whose frozen data is what stood after; then `changes` is None."""
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Field → [before, after]; secrets masked."""
    request_id: Mapped[str | None] = mapped_column(String(64))

    data_before: Mapped[str | None] = query_expression()
    data_after: Mapped[str | None] = query_expression()
    """The frozen data of the record's event before, and of this one, where `resources.audit_search` read the entry."""

    __table_args__ = (
        Index("ix_audit_entries_location_id_id", "location_id", "id"),
        Index("ix_audit_entries_record_id_id", "record_id", "id"),
    )
