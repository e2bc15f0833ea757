"""Product transactions on the wire."""

from typing import Annotated

from models import ProductTransaction
from schemas.rules import Flag, Id, one_of, text
from schemas.validation import Input

PRODUCT_TRANSACTION_KEYS = ("id", "location_id", "payment_method", "title", "active", "created_ts", "modified_ts")

PaymentMethod = Annotated[str, one_of("cc", "ach")]


class ProductTransactionInput(Input):
    location_id: Id
    payment_method: PaymentMethod
    title: Annotated[str, text(64)]
    active: Flag = True


PRODUCT_TRANSACTION_FIELDS = tuple(ProductTransactionInput.model_fields)


def product_transaction_values(product_transaction: ProductTransaction) -> dict[str, object]:
    """A stored product transaction as the input that would make it."""
    return {name: getattr(product_transaction, name) for name in PRODUCT_TRANSACTION_FIELDS}


def product_transaction_shape(product_transaction: ProductTransaction) -> dict[str, object]:
    """A product transaction as it is answered and embedded."""
    return {key: getattr(product_transaction, key) for key in PRODUCT_TRANSACTION_KEYS}
