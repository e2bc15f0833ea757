"""/v2/producttransactions"""

from api.envelopes import Kind
from api.filters import columns_of
from api.routes import Verbs, record_routes
from models import ProductTransaction
from resources.product_transactions import (
    PRODUCT_TRANSACTIONS,
    create_product_transaction,
    delete_product_transaction,
    update_product_transaction,
)
from schemas.product_transaction import PRODUCT_TRANSACTION_KEYS, product_transaction_shape

KIND = Kind(
    "producttransaction",
    "producttransactions",
    product_transaction_shape,
    columns_of(ProductTransaction, PRODUCT_TRANSACTION_KEYS, ["payment_method"]),
    PRODUCT_TRANSACTIONS.expansions,
)

routes = record_routes(
    KIND,
    Verbs(
        PRODUCT_TRANSACTIONS.in_sight,
        PRODUCT_TRANSACTIONS.get,
        create_product_transaction,
        update_product_transaction,
        delete_product_transaction,
    ),
)
