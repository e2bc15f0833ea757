"""What may be done with a transaction, by how it stands. The only place that knows; pure."""

from collections.abc import Mapping

from models import Transaction
from schemas.money import money
from schemas.transaction import Status, Type

OPEN = frozenset({Status.APPROVED, Status.REFUNDED, Status.PENDING_ORIGINATION})
"""What the next settlement of its batch will settle."""
TAKEN = frozenset({Status.APPROVED, Status.PENDING_ORIGINATION, Status.SETTLED})
STANDS: Mapping[int, str] = {
    Status.APPROVED: "is approved and will settle with its batch",
    Status.AUTH_ONLY: "is only authorized",
    Status.REFUNDED: "is a refund that will settle with its batch",
    Status.AVS_ONLY: "only checked an address",
    Status.PENDING_ORIGINATION: "is pending origination",
    Status.SETTLED: "was settled",
    Status.VOIDED: "was voided",
    Status.DECLINED: "was declined",
    Status.CHARGED_BACK: "was charged back",
}


def refundable(transaction: Transaction, refunded: int) -> int:
    """How many cents of it may still be refunded, after `refunded` were."""
    takes = transaction.type_id in {Type.SALE, Type.DEBIT} and transaction.status_id in TAKEN
    return transaction.transaction_amount - refunded if takes else 0


def is_voidable(transaction: Transaction, refunded: int) -> bool:
    """Before it settles, and as long as nothing of it was refunded."""
    return transaction.status_id in {*OPEN, Status.AUTH_ONLY} and refunded == 0


def is_reversible(transaction: Transaction, refunded: int) -> bool:
    """Whether it may be lowered: a card's payment that has not settled, down to what was refunded."""
    waits = transaction.status_id in {Status.APPROVED, Status.AUTH_ONLY}
    return transaction.type_id == Type.SALE and waits and refunded < transaction.transaction_amount


def possible(transaction: Transaction, refunded: int) -> list[str]:
    """The actions that it takes now."""
    authorized = transaction.status_id == Status.AUTH_ONLY
    found = {
        "void": is_voidable(transaction, refunded),
        "authcomplete": authorized,
        "authincrement": authorized,
        "partialreversal": is_reversible(transaction, refunded),
        "refund": refundable(transaction, refunded) > 0,
        "edit": True,
    }
    return [action for action, is_possible in found.items() if is_possible]


def refusal(transaction: Transaction, refunded: int, action: str) -> str | None:
    """Why it does not take this action now, and what it takes instead; None where it does."""
    actions = possible(transaction, refunded)
    if action in actions:
        return None
    stands = f"This transaction {STANDS[transaction.status_id]}"
    back = f", and {money(refunded)} of it was refunded" if refunded else ""
    return f"{stands}{back}: {action} is not possible. What is possible: {', '.join(actions)}."
