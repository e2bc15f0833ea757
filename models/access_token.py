"""Access tokens: what a program gets for a user's password, kept as a SHA-256 digest, dead when it was not used."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts


class AccessToken(Base):
    __tablename__ = "access_tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    developer_id: Mapped[str] = mapped_column(Id)
    """Whose program asked for it; it opens nothing for another's."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    last_used_ts: Mapped[int] = mapped_column(default=now_ts)
