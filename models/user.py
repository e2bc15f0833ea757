"""People and programs that sign in."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, validates

from models.base import Base, Id, new_id, now_ts


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    username_key: Mapped[str] = mapped_column(String(192), index=True, unique=True, nullable=True)
    """The username as it is told apart from others: `Zoe` and `zoe` would be taken for one person."""
    password_hash: Mapped[str | None] = mapped_column(String(255))
    first_name: Mapped[str | None] = mapped_column(String(64))
    last_name: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(64))
    primary_location_id: Mapped[str | None] = mapped_column(Id, ForeignKey("locations.id"), index=True)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    shown_zone: Mapped[str] = mapped_column(String(8), default="browser", server_default="browser")
    """In which zone the console shows this person times: utc, location or browser."""
    is_active: Mapped[bool] = mapped_column(default=True)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)
    deleted_ts: Mapped[int | None]
    """A deleted user is inactive too, so that whoever asks only for `is_active` asks enough."""

    @validates("username")
    def _keep_key(self, _name: str, username: str) -> str:
        self.username_key = username_key(username)
        return username


def username_key(username: str) -> str:
    """What two usernames that people would not tell apart have in common. A user's name is unique by it."""
    return username.casefold()
