"""Test sends, kept only as long as they count toward the limit."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, now_ms


class SentTest(Base):
    """One test send of one user."""

    __tablename__ = "sent_tests"

    # SQLite numbers rows by itself only where the key is a plain INTEGER.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    subject: Mapped[str] = mapped_column(String(36))
    """The config's id; the location's, where the config is not saved yet."""
    sent_ms: Mapped[int] = mapped_column(default=now_ms)

    __table_args__ = (Index("ix_sent_tests_user_id_subject_sent_ms", "user_id", "subject", "sent_ms"),)
