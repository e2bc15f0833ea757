"""Transaction batches: what a merchant account settles together. One of them is open at a time."""

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Id, new_id, now_ts
from models.placed import PlacedRecord

OPEN = text("is_open")


class TransactionBatch(PlacedRecord):
    __tablename__ = "transaction_batches"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    batch_num: Mapped[int]
    """Counts from 1 in each product transaction."""
    product_transaction_id: Mapped[str] = mapped_column(Id, ForeignKey("product_transactions.id"))
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    processing_status_id: Mapped[int]
    """1 to settle, 2 settled, 3 error, 5 processing."""
    is_open: Mapped[bool] = mapped_column(default=True)
    batch_close_ts: Mapped[int | None]
    settlement_file_name: Mapped[str | None] = mapped_column(String(64))

    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    """Its product transaction's; not on the wire."""

    __table_args__ = (
        Index("ix_transaction_batches_location_id_id", "location_id", "id"),
        Index(
            "uq_transaction_batches_product_transaction_id_batch_num",
            "product_transaction_id",
            "batch_num",
            unique=True,
        ),
        Index(
            "uq_transaction_batches_open",
            "product_transaction_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )
