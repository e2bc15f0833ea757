"""The built-in receiver: what arrived at `/inbox/<token>`, newest kept."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts, wall_ms


class Inbox(Base):
    __tablename__ = "inboxes"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """Random; who knows it may post here."""
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"), unique=True)
    answer: Mapped[str] = mapped_column(String(8), default="200")
    """What it answers: 200, 500 or slow."""
    created_ts: Mapped[int] = mapped_column(default=now_ts)


class InboxMessage(Base):
    __tablename__ = "inbox_messages"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    inbox_id: Mapped[str] = mapped_column(Id, ForeignKey("inboxes.id"))
    received_ms: Mapped[int] = mapped_column(default=wall_ms)
    headers: Mapped[str] = mapped_column(Text)
    """JSON object of the request's headers, Authorization masked."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    answered: Mapped[int]
    signature: Mapped[str] = mapped_column(String(16))
    """verified, wrong, missing or unknown (no delivery of that id)."""

    __table_args__ = (Index("ix_inbox_messages_inbox_id_id", "inbox_id", "id"),)
