"""Saved filters: what a person looks for again and again, by a name of their own."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts


class SavedFilter(Base):
    __tablename__ = "saved_filters"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    screen: Mapped[str] = mapped_column(String(64))
    """The list that it is for."""
    name: Mapped[str] = mapped_column(String(64))
    query: Mapped[str] = mapped_column(String(1024))
    """The query string of the list's address."""
    created_ts: Mapped[int] = mapped_column(default=now_ts)

    __table_args__ = (UniqueConstraint("user_id", "screen", "name"),)
