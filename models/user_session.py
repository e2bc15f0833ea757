"""Sign-ins of the console, kept on the server so that each can be revoked."""

from hashlib import sha256

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, now_ts


class UserSession(Base):
    __tablename__ = "user_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the random token that the browser holds."""
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(64))
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    last_seen_ts: Mapped[int] = mapped_column(default=now_ts)
    revoked_ts: Mapped[int | None]


def session_digest(token: str) -> str:
    """Under which a session is stored."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class SignInFailure(Base):
    """A failed sign-in, counted per account and address."""

    __tablename__ = "sign_in_failures"

    # SQLite numbers rows by itself only where the key is a plain INTEGER.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of username and address: enough to count by, nothing to read."""
    failed_ts: Mapped[int] = mapped_column(default=now_ts)
