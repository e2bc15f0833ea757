"""Postback configs: who wants to be told what, where, and how often to try."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts


class PostbackConfig(Base):
    __tablename__ = "postback_configs"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    resource: Mapped[str] = mapped_column(String(64))
    on_create: Mapped[bool]
    on_update: Mapped[bool]
    on_delete: Mapped[bool]
    url: Mapped[str] = mapped_column(String(512))
    is_active: Mapped[bool] = mapped_column(default=True)
    format: Mapped[str] = mapped_column(String(32), default="api-default")
    number_of_attempts: Mapped[int] = mapped_column(default=1)
    attempt_interval: Mapped[int] = mapped_column(default=300)
    """Seconds from the end of one attempt to the start of the next."""
    expands: Mapped[str] = mapped_column(String(512), default="")
    product_transaction_id: Mapped[str | None] = mapped_column(Id)
    basic_auth_username: Mapped[str | None] = mapped_column(String(512))
    basic_auth_password: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted by `postbacks.encryption`."""
    basic_auth_set_ts: Mapped[int | None]
    signing_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted by `postbacks.encryption`."""
    previous_signing_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_secret_until_ts: Mapped[int | None]
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change; the sender keeps what it prepared while this stays the same."""
    deleted_ts: Mapped[int | None]

    __table_args__ = (Index("ix_postback_configs_location_id_resource", "location_id", "resource"),)
