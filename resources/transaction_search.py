"""The console's search over transactions and over the batches that settle them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import case, func, select

from extensions import db
from models import ProductTransaction, Transaction, TransactionBatch
from resources.record_search import METHODS, Search
from resources.transaction_batches import BATCHES
from resources.transaction_rules import OPEN
from resources.transactions import TRANSACTIONS
from schemas.transaction import Status, Type

STATUSES = {
    "approved": Status.APPROVED,
    "authorized": Status.AUTH_ONLY,
    "refund": Status.REFUNDED,
    "checked": Status.AVS_ONLY,
    "pending": Status.PENDING_ORIGINATION,
    "settled": Status.SETTLED,
    "voided": Status.VOIDED,
    "declined": Status.DECLINED,
    "charged-back": Status.CHARGED_BACK,
}
TYPES = {
    "sale": Type.SALE,
    "address": Type.AVS,
    "refund": Type.REFUND,
    "credit": Type.CREDIT,
    "debit": Type.DEBIT,
}

TRANSACTION_SEARCH = Search(
    TRANSACTIONS,
    (
        Transaction.account_holder_name,
        Transaction.last_four,
        Transaction.description,
        Transaction.order_num,
        Transaction.transaction_api_id,
        Transaction.auth_code,
        Transaction.po_number,
    ),
    {
        "status": lambda word: Transaction.status_id == STATUSES[word],
        "type": lambda word: Transaction.type_id == TYPES[word],
        "method": lambda method: Transaction.payment_method == method,
        "contact": lambda contact_id: Transaction.contact_id == contact_id,
        "vault": lambda vault_id: Transaction.account_vault_id == vault_id,
        "batch": lambda batch_id: Transaction.transaction_batch_id == batch_id,
    },
    {"status": STATUSES, "type": TYPES, "method": METHODS},
)
BATCH_SEARCH = Search(
    BATCHES,
    (TransactionBatch.settlement_file_name,),
    {
        "state": lambda state: TransactionBatch.is_open.is_(state == "open"),
        "merchant": lambda id_: TransactionBatch.product_transaction_id == id_,
    },
    {"state": ("open", "settled")},
)


def sums_of_batches(batch_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """How many transactions each of these batches holds that settle or settled with it, and their sum in cents.

    A refund counts against the sum; what was voided counts nowhere.
    """
    amount = Transaction.transaction_amount
    signed = case((Transaction.type_id.in_([Type.REFUND, Type.CREDIT]), -amount), else_=amount)
    found = db.session.execute(
        select(Transaction.transaction_batch_id, func.count(), func.sum(signed))
        .where(Transaction.transaction_batch_id.in_(batch_ids))
        .where(Transaction.status_id.in_([*OPEN, Status.SETTLED]))
        .group_by(Transaction.transaction_batch_id)
    )
    return {batch_id: (count, int(cents)) for batch_id, count, cents in found if batch_id}


def merchants_of(location_id: str) -> Sequence[ProductTransaction]:
    """The merchant accounts of the location that stand, oldest first."""
    return db.session.scalars(
        select(ProductTransaction)
        .where(ProductTransaction.location_id == location_id, ProductTransaction.standing())
        .order_by(ProductTransaction.id)
    ).all()
