"""A transaction comes into being: what was asked, whose account it is, what the sandbox says. Stores nothing."""

from collections.abc import Mapping

from models import Transaction, new_id, now_ts
from resources.access import Actor
from resources.local_days import today_at
from resources.payment_accounts import Account
from resources.sandbox import APPROVED, Outcome, address_checked, new_auth_code, outcome_of, security_code_checked
from schemas.transaction import KEYED, THROUGH_THE_API, Status, Type
from schemas.transaction_input import STORED, TransactionInput

TYPES: Mapping[str, Type] = {
    "sale": Type.SALE,
    "authonly": Type.SALE,
    "force": Type.SALE,
    "avsonly": Type.AVS,
    "refund": Type.REFUND,
    "credit": Type.CREDIT,
    "debit": Type.DEBIT,
}
CARD_STATUSES: Mapping[str, Status] = {
    "sale": Status.APPROVED,
    "authonly": Status.AUTH_ONLY,
    "force": Status.APPROVED,
    "avsonly": Status.AVS_ONLY,
    "refund": Status.REFUNDED,
}
OF_THE_ACCOUNT = ("payment_method", "account_type", "account_holder_name", "account_vault_id")
DECIDED = frozenset({*OF_THE_ACCOUNT, "previous_transaction_id", "product_transaction_id", "transaction_amount"})
AS_GIVEN = tuple(name for name in STORED if name not in DECIDED)
BILLING = ("contact_id", "billing_zip", "billing_street", "billing_city", "billing_state", "billing_phone")


def paid(actor: Actor, given: TransactionInput, account: Account, product_transaction_id: str) -> Transaction:
    """A payment and its outcome, by its amount; what was agreed by telephone needs no asking."""
    amount = given.transaction_amount or 0
    outcome = APPROVED if given.action == "force" else outcome_of(amount)
    transaction = _new(actor, given, account, product_transaction_id, amount)
    _judge(transaction, given, outcome)
    if account.payment_method == "cc":
        transaction.avs, transaction.avs_enhanced = address_checked(given.billing_street, given.billing_zip)
        transaction.cvv_response = security_code_checked(given.cvv, account.account_type)
    return transaction


def refund_of(
    original: Transaction, actor: Actor, given: TransactionInput, account: Account, amount: int
) -> Transaction:
    """The refund of an earlier transaction, which gives its contact and address: approved, for the money was taken."""
    transaction = _new(actor, given, account, original.product_transaction_id, amount)
    transaction.previous_transaction_id = original.id
    for name in BILLING:
        if getattr(transaction, name) is None:
            setattr(transaction, name, getattr(original, name))
    _judge(transaction, given, APPROVED)
    return transaction


def _new(
    actor: Actor, given: TransactionInput, account: Account, product_transaction_id: str, amount: int
) -> Transaction:
    now = now_ts()
    transaction = Transaction(
        id=new_id(),
        product_transaction_id=product_transaction_id,
        transaction_amount=amount,
        type_id=TYPES[given.action],
        first_six=account.first_six,
        last_four=account.last_four,
        is_accountvault=account.account_vault_id is not None,
        entry_mode_id=KEYED,
        trx_source_id=THROUGH_THE_API,
        created_ts=now,
        modified_ts=now,
        created_user_id=actor.user_id,
        modified_user_id=actor.user_id,
        additional_amounts="[]",
        notification_email_sent=False,
        **{name: getattr(account, name) for name in OF_THE_ACCOUNT},
        **{name: getattr(given, name) for name in AS_GIVEN},
    )
    if account.payment_method == "ach" and transaction.effective_date is None:
        transaction.effective_date = today_at(given.location_id)
    return transaction


def _judge(transaction: Transaction, given: TransactionInput, outcome: Outcome) -> None:
    transaction.reason_code_id, transaction.verbiage = outcome
    if not outcome.approved:
        transaction.status_id, transaction.response_message = Status.DECLINED, outcome.verbiage
        return
    is_card = transaction.payment_method == "cc"
    transaction.status_id = CARD_STATUSES[given.action] if is_card else Status.PENDING_ORIGINATION
    transaction.auth_amount = transaction.transaction_amount
    if given.action == "force":
        transaction.auth_code = given.auth_code
    elif given.action != "refund":  # nobody is asked
        transaction.auth_code = new_auth_code()
