"""Attempts: one HTTP try each; the attempt log. Written as `sending` before a byte leaves.

sending → succeeded | failed | interrupted
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class AttemptState(StrEnum):
    SENDING = "sending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Attempt(Base):
    __tablename__ = "attempts"

    delivery_id: Mapped[str] = mapped_column(Id, ForeignKey("deliveries.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    """1, 2, 3, … over everything that was begun."""
    number: Mapped[int]
    """The `number_of_attempts` that was sent; an attempt after an interrupted one sends the same again."""
    state: Mapped[str] = mapped_column(String(11), default=AttemptState.SENDING.value)
    trigger: Mapped[str] = mapped_column(String(64), default="automatic")
    """automatic, or the name of who asked for it."""
    url: Mapped[str] = mapped_column(String(512))
    started_ms: Mapped[int]
    connect_ms: Mapped[int | None]
    tls_ms: Mapped[int | None]
    first_byte_ms: Mapped[int | None]
    duration_ms: Mapped[int | None]
    """Milliseconds since the start, each; connect and tls are None on a kept-alive connection."""
    peer: Mapped[str | None] = mapped_column(String(64))
    """Address and port that was spoken to."""
    status: Mapped[int | None]
    request_headers: Mapped[str | None] = mapped_column(Text)
    """As sent, secrets masked; the body is rebuilt from the frozen data and `number`."""
    response_headers: Mapped[str | None] = mapped_column(Text)
    response_body: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The first bytes of it; how many is a setting (16 KiB)."""
    reason_code: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(512))
    """What happened, in one sentence."""
    advice: Mapped[str | None] = mapped_column(String(512))
    """What to do about it, in one sentence."""
