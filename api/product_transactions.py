"""/v2/producttransactions"""

from api.envelopes import Kind
from api.filters import columns_of
from api.openapi.body import Body
from api.routes import Verbs, record_routes
from models import ProductTransaction
from resources.product_transactions import (
    PRODUCT_TRANSACTIONS,
    create_product_transaction,
    delete_product_transaction,
    update_product_transaction,
)
from schemas.product_transaction import PRODUCT_TRANSACTION_KEYS, ProductTransactionInput, product_transaction_shape

EXAMPLE = {"location_id": "23948sdnfia1129i9asf92", "payment_method": "cc", "title": "Cards"}
KIND = Kind(
    "producttransaction",
    "producttransactions",
    product_transaction_shape,
    columns_of(ProductTransaction, PRODUCT_TRANSACTION_KEYS, ["payment_method"]),
    PRODUCT_TRANSACTIONS.expansions,
    about="The merchant's accounts that payments go to.",
    body=Body(ProductTransactionInput, "producttransaction", example=EXAMPLE),
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
