"""Product transactions: a location's merchant deposit accounts, one for each way of paying."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Id, new_id, now_ts
from models.placed import DeletableRecord


class ProductTransaction(DeletableRecord):
    __tablename__ = "product_transactions"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    payment_method: Mapped[str] = mapped_column(String(3))
    """cc or ach."""
    title: Mapped[str] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(default=True)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)

    __table_args__ = (Index("ix_product_transactions_location_id_id", "location_id", "id"),)
