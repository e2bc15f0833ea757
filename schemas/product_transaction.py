"""Product transactions on the wire."""

from models import ProductTransaction

PRODUCT_TRANSACTION_KEYS = ("id", "location_id", "payment_method", "title", "active", "created_ts", "modified_ts")


def product_transaction_shape(product_transaction: ProductTransaction) -> dict[str, object]:
    """A product transaction as it is answered and embedded."""
    return {key: getattr(product_transaction, key) for key in PRODUCT_TRANSACTION_KEYS}
