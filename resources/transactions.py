"""The verbs of transactions: payments through the sandbox, and what is done with them later.

Whoever takes a batch and a transaction takes the batch first; so nobody waits in a circle.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from extensions import db
from jobs import queue
from models import Transaction, TransactionBatch, User, now_ts, writing
from resources.access import Actor, require_somewhere
from resources.changelogs import changelogs_of
from resources.deliveries import postback_logs_of_record
from resources.expansions import account_vault_of, contact_of, created_user_of, location_of, product_transaction_of
from resources.local_days import today_at
from resources.locations import require_given_location
from resources.new_transactions import paid, refund_of
from resources.payment_accounts import Account, account_of, not_valid, require_contact
from resources.payment_accounts import product_transaction_of as product_transaction_named
from resources.resource import CREATE, UPDATE, Resource
from resources.transaction_batches import open_batch
from resources.transaction_rules import OPEN, is_voidable, refundable, refusal
from schemas.money import money
from schemas.refusals import Conflict, Invalid
from schemas.transaction import Status, tags_shape, transaction_shape
from schemas.transaction_input import AMOUNT, EDITED, ChangeInput, TransactionInput, asked_of
from schemas.validation import validated

POST = "v2.transactions.post"


def refunded_of(transaction: Transaction) -> int:
    """How many cents of it were refunded."""
    refunds = select(func.sum(Transaction.transaction_amount)).where(
        Transaction.previous_transaction_id == transaction.id,
        Transaction.status_id.not_in([Status.VOIDED, Status.DECLINED]),
    )
    return int(db.session.scalar(refunds) or 0)


def _is_voidable(transaction: Transaction) -> bool:
    return is_voidable(transaction, 0) and refunded_of(transaction) == 0


def _is_refundable(transaction: Transaction) -> bool:
    return refundable(transaction, 0) > 0 and refundable(transaction, refunded_of(transaction)) > 0


def _postback_logs_of(transaction: Transaction) -> list[dict[str, object]]:
    return postback_logs_of_record("transaction", transaction.id)


TRANSACTIONS = Resource(
    "transaction",
    "transactions",
    Transaction,
    transaction_shape,
    {
        "account_vault": account_vault_of,
        "contact": contact_of,
        "location": location_of,
        "product_transaction": product_transaction_of,
        "created_user": created_user_of,
        "changelogs": changelogs_of("transaction"),
        "tags": tags_shape,
        "postback_logs": _postback_logs_of,
        "is_voidable": _is_voidable,
        "is_refundable": _is_refundable,
    },
    lambda transaction: transaction.product_transaction_id,
)


def create_transaction(actor: Actor, fields: Mapping[str, object]) -> Transaction:
    """A payment, approved or declined. Raises Invalid, Forbidden, Conflict where it refunds what cannot be refunded."""
    require_somewhere(actor, POST)
    given = validated(TransactionInput, _placed(actor, fields))
    require_given_location(actor, POST, given.location_id)
    try:
        with writing(db.session()):
            transaction = _run(actor, given)
    except IntegrityError:
        if given.transaction_api_id is None:
            raise
        raise _taken() from None
    queue.wake()
    return transaction


def update_transaction(actor: Actor, transaction_id: str, fields: Mapping[str, object]) -> Transaction:
    """Do what is asked with it. Returns the transaction, or the refund that was made of it.

    Raises Invalid, NotFound, Forbidden, Conflict where its state does not allow it.
    """
    with writing(db.session()):
        transaction = TRANSACTIONS.found(actor, "put", transaction_id)
        asked = asked_of(fields, transaction_shape(transaction))
        given = validated(ChangeInput, asked)
        if given.action == "refund":
            transaction = _run(actor, _as_refund(transaction, asked))
        else:
            _change(actor, transaction, given)
            TRANSACTIONS.tell(actor, UPDATE, transaction)
    queue.wake()
    return transaction


def _placed(actor: Actor, fields: Mapping[str, object]) -> dict[str, object]:
    """The fields with a location: the user's primary one where none is given."""
    if fields.get("location_id"):
        return dict(fields)
    user = db.session.get(User, actor.user_id)
    return {**fields, "location_id": None if user is None else user.primary_location_id}


def _run(actor: Actor, given: TransactionInput) -> Transaction:
    account = account_of(given)
    require_contact(given.contact_id, given.location_id)
    if _is_taken(given):
        raise _taken()
    if given.action == "refund" and given.previous_transaction_id is not None:
        transaction = _refunded(actor, given, account)
    else:
        merchant = product_transaction_named(given, account.payment_method)
        transaction = paid(actor, given, account, merchant.id)
        if transaction.status_id in OPEN:
            _join(transaction, open_batch(actor, merchant.id, given.location_id))
    db.session.add(transaction)
    TRANSACTIONS.tell(actor, CREATE, transaction)
    return transaction


def _refunded(actor: Actor, given: TransactionInput, account: Account) -> Transaction:
    """The refund of the transaction named, in the batch that will settle it."""
    original = db.session.get_one(Transaction, given.previous_transaction_id)
    if given.product_transaction_id not in {None, original.product_transaction_id}:
        raise not_valid("product_transaction_id")
    batch = open_batch(actor, original.product_transaction_id, original.location_id)
    refunded = _allowed(actor, original, "refund")
    left = refundable(original, refunded)
    amount = given.transaction_amount or left
    if amount > left:
        raise Invalid({AMOUNT: [f"Transaction Amount must be at most {money(left)}: that is left to refund."]})
    refund = refund_of(original, actor, given, account, amount)
    _join(refund, batch)
    return refund


def _as_refund(original: Transaction, asked: Mapping[str, object]) -> TransactionInput:
    """A PUT's refund as the POST that would make it."""
    reference = {"action": "refund", "location_id": original.location_id, "previous_transaction_id": original.id}
    return validated(TransactionInput, {**asked, **reference})


def _allowed(actor: Actor, transaction: Transaction, action: str) -> int:
    """Lock it, and raise Conflict where it does not take the action now. Returns how much of it was refunded."""
    db.session.refresh(transaction, with_for_update=True)
    actor.require_unchanged(transaction_shape(transaction))
    refunded = refunded_of(transaction)
    says = refusal(transaction, refunded, action)
    if says is not None:
        raise Conflict(says)
    return refunded


def _change(actor: Actor, transaction: Transaction, given: ChangeInput) -> None:
    completes = given.action == "authcomplete"
    batch = open_batch(actor, transaction.product_transaction_id, transaction.location_id) if completes else None
    refunded = _allowed(actor, transaction, given.action)
    if given.action in ACTS:
        ACTS[given.action](transaction, given.transaction_amount, refunded)
    if batch is not None:
        _join(transaction, batch)
    changed = [name for name in EDITED if name in given.model_fields_set]
    if "contact_id" in changed and given.contact_id != transaction.contact_id:
        require_contact(given.contact_id, transaction.location_id)
    for name in changed:
        setattr(transaction, name, getattr(given, name))
    transaction.modified_ts, transaction.modified_user_id = now_ts(), actor.user_id


def _void(transaction: Transaction, _amount: int | None, _refunded: int) -> None:
    transaction.status_id, transaction.void_date = Status.VOIDED, today_at(transaction.location_id)


def _complete(transaction: Transaction, amount: int | None, _refunded: int) -> None:
    authorized = transaction.auth_amount or 0
    if amount is not None and amount > authorized:
        says = f"must be at most {money(authorized)}, the amount authorized: ask for more by authincrement first"
        raise Invalid({AMOUNT: [f"Transaction Amount {says}."]})
    transaction.transaction_amount = transaction.transaction_amount if amount is None else amount
    transaction.status_id = Status.APPROVED


def _increment(transaction: Transaction, amount: int | None, _refunded: int) -> None:
    assert amount is not None
    if amount <= transaction.transaction_amount:
        says = f"must be more than {money(transaction.transaction_amount)}: it is the new total"
        raise Invalid({AMOUNT: [f"Transaction Amount {says}."]})
    transaction.transaction_amount = transaction.auth_amount = amount


def _reverse(transaction: Transaction, amount: int | None, refunded: int) -> None:
    assert amount is not None
    if amount >= transaction.transaction_amount:
        says = f"must be less than {money(transaction.transaction_amount)}: it is what remains"
        raise Invalid({AMOUNT: [f"Transaction Amount {says}."]})
    if amount < refunded:
        raise Invalid({AMOUNT: [f"Transaction Amount must be at least {money(refunded)}: that was refunded."]})
    transaction.transaction_amount = transaction.auth_amount = amount


ACTS: Mapping[str, Callable[[Transaction, int | None, int], None]] = {
    "void": _void,
    "authcomplete": _complete,
    "authincrement": _increment,
    "partialreversal": _reverse,
}


def _join(transaction: Transaction, batch: TransactionBatch) -> None:
    transaction.transaction_batch_id, transaction.batch = batch.id, str(batch.batch_num)


def _is_taken(given: TransactionInput) -> bool:
    named = select(Transaction.id).where(
        Transaction.location_id == given.location_id, Transaction.transaction_api_id == given.transaction_api_id
    )
    return given.transaction_api_id is not None and db.session.scalar(named) is not None


def _taken() -> Invalid:
    return Invalid({"transaction_api_id": ["Transaction Api Id has already been taken."]})
