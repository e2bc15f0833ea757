"""API keys: random, shown once, kept as a SHA-256 digest."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts


class ApiKey(Base):
    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    prefix: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    last_used_ts: Mapped[int | None]
    revoked_ts: Mapped[int | None]
