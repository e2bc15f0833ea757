"""People and programs that sign in."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    first_name: Mapped[str | None] = mapped_column(String(64))
    last_name: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(64))
    primary_location_id: Mapped[str | None] = mapped_column(Id, ForeignKey("locations.id"))
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    shown_zone: Mapped[str] = mapped_column(String(8), default="browser", server_default="browser")
    """In which zone the console shows this person times: utc, location or browser."""
    is_active: Mapped[bool] = mapped_column(default=True)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)
