"""/v2/transactions"""

from collections.abc import Mapping

from api.envelopes import Kind
from api.filters import columns_of
from api.openapi.body import Body
from api.openapi.columns import nullable
from api.routes import Verbs, record_routes
from models import Transaction
from resources.access import Actor
from resources.transactions import TRANSACTIONS, create_transaction, update_transaction
from schemas.patterns import JsonSchema
from schemas.transaction import MONEY, TRANSACTION_KEYS, Status, Type, transaction_shape
from schemas.transaction_conditions import change_conditions, transaction_conditions
from schemas.transaction_input import ChangeInput, TransactionInput

CODES = ("payment_method", "first_six", "last_four", "batch", "auth_code", "avs", "cvv_response", "account_type")
REFERENCES = ("transaction_batch_id", "previous_transaction_id")
"""Not answered, but asked for: what settled together, what refunds a sale."""
COLUMNS = columns_of(Transaction, (*TRANSACTION_KEYS, *REFERENCES), CODES, money=MONEY, made_with_ids=True)
AMOUNT: JsonSchema = {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"}
EXAMPLE = {
    "action": "sale",
    "payment_method": "cc",
    "location_id": "23948sdnfia1129i9asf92",
    "account_number": "4111111111111111",
    "exp_date": "1230",
    "transaction_amount": "10.00",
}
KIND = Kind(
    "transaction",
    "transactions",
    transaction_shape,
    COLUMNS,
    TRANSACTIONS.expansions,
    about="Payments through a sandbox: no card network is called, and the amount decides what comes of them.",
    body=Body(TransactionInput, "transaction", together=transaction_conditions, example=EXAMPLE),
    change=Body(ChangeInput, "transaction", partial=True, together=change_conditions, example={"action": "void"}),
    answers={
        **dict.fromkeys(MONEY, AMOUNT),
        "auth_amount": nullable(AMOUNT),
        "additional_amounts": {"type": "array"},
        "custom_data": {"type": ["object", "null"]},
        "emv_receipt_data": {"type": ["object", "null"]},
        "status_id": {"enum": [int(status) for status in Status]},
        "type_id": {"enum": [int(type_) for type_ in Type]},
    },
    unanswered=REFERENCES,
)


def create(actor: Actor, fields: Mapping[str, object]) -> tuple[Transaction, bool]:
    return create_transaction(actor, fields), True


routes = record_routes(KIND, Verbs(TRANSACTIONS.in_sight, TRANSACTIONS.get, create, update_transaction))
