"""Idempotency keys: a caller's own name for one request, by which its repetition is recognized.

running → done → answered
"""

from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts


class KeyState(StrEnum):
    RUNNING = "running"
    """Somebody is at it; nothing was committed yet."""
    DONE = "done"
    """What it asked for was committed, its answer was not kept, or not yet."""
    ANSWERED = "answered"


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    developer_id: Mapped[str] = mapped_column(Id)
    user_id: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    """Keyed, of method, address and body: what may be repeated under the key. A body may hold a card's number."""
    state: Mapped[str] = mapped_column(String(8), default=KeyState.RUNNING.value)
    token: Mapped[str] = mapped_column(Id)
    """Names the run that holds the key; a change under another is refused."""
    claimed_ts: Mapped[int] = mapped_column(default=now_ts)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Status, headers and body, encrypted: an answer may hold a secret that is shown once."""
    created_ts: Mapped[int] = mapped_column(default=now_ts)

    __table_args__ = (
        Index("uq_idempotency_keys_developer_id_user_id_key", "developer_id", "user_id", "key", unique=True),
        Index("ix_idempotency_keys_created_ts", "created_ts"),
    )
