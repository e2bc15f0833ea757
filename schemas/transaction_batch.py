"""Transaction batches on the wire."""

from models import TransactionBatch

BATCH_KEYS = (
    "id",
    "batch_num",
    "product_transaction_id",
    "created_ts",
    "processing_status_id",
    "is_open",
    "batch_close_ts",
    "settlement_file_name",
)
TO_SETTLE, SETTLED = 1, 2
"""What `processing_status_id` says here; a sandbox knows no error and is never caught processing."""


def batch_shape(batch: TransactionBatch) -> dict[str, object]:
    """A batch as it is answered and sent: these keys in this order; `is_open` is 1 or 0."""
    return {key: getattr(batch, key) for key in BATCH_KEYS} | {"is_open": int(batch.is_open)}
