"""Integrators: whose program a request to the API comes from (the `developer-id` header)."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ts


class Developer(Base):
    __tablename__ = "developers"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
