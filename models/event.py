"""Events: what happened, frozen with the record in one commit."""

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, wall_ms

PUBLISHED = text("idempotency_id IS NOT NULL")


class Event(Base):
    __tablename__ = "events"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    resource: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(6))
    """CREATE, UPDATE or DELETE."""
    data: Mapped[str] = mapped_column(Text)
    """Compact JSON of the record as it was at that moment."""
    product_transaction_id: Mapped[str | None] = mapped_column(Id)
    skipped_reason: Mapped[str | None] = mapped_column(String(64))
    """Why no delivery came of it at that moment: no_config or inactive_config; None where one did.

    It stays when a replay makes deliveries of it later."""
    request_id: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[str | None] = mapped_column(Id)
    """Who caused it."""
    developer_id: Mapped[str | None] = mapped_column(Id)
    """Whose program published it; None where it came of a record of ours."""
    idempotency_id: Mapped[str | None] = mapped_column(String(64))
    """The publisher's own name for it, by which a repetition is recognized."""
    created_ms: Mapped[int] = mapped_column(default=wall_ms)

    __table_args__ = (
        Index("ix_events_location_id_id", "location_id", "id"),
        Index("ix_events_record_id_id", "record_id", "id"),
        Index(
            "uq_events_location_id_developer_id_idempotency_id",
            "location_id",
            "developer_id",
            "idempotency_id",
            unique=True,
            sqlite_where=PUBLISHED,
            postgresql_where=PUBLISHED,
        ),
    )
