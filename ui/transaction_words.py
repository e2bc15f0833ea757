"""Transactions in people's words: how one stands, what it was, what can be done with it and why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import Transaction
from resources.transaction_rules import STANDS, possible, refundable
from schemas.money import money
from schemas.transaction import Status, Type

STANDINGS = {
    Status.APPROVED: ("approved", "Approved", "good", "circle-check"),
    Status.AUTH_ONLY: ("authorized", "Authorized", "busy", "clock"),
    Status.REFUNDED: ("refund", "Refund", "warn", "undo-2"),
    Status.AVS_ONLY: ("checked", "Address checked", "still", "map-pin"),
    Status.PENDING_ORIGINATION: ("pending", "Pending", "busy", "hourglass"),
    Status.SETTLED: ("settled", "Settled", "good", "check"),
    Status.VOIDED: ("voided", "Voided", "still", "ban"),
    Status.DECLINED: ("declined", "Declined", "bad", "circle-x"),
    Status.CHARGED_BACK: ("charged-back", "Charged back", "warn", "triangle-alert"),
}
"""Filter's value, word, tone, icon."""
TYPE_WORDS = {
    Type.SALE: ("sale", "Sale"),
    Type.AVS: ("address", "Address check"),
    Type.REFUND: ("refund", "Refund"),
    Type.CREDIT: ("credit", "Credit"),
    Type.DEBIT: ("debit", "Debit"),
}
STATUS_OPTIONS = [(value, word) for value, word, _, _ in STANDINGS.values()]
TYPE_OPTIONS = list(TYPE_WORDS.values())


@dataclass(frozen=True, slots=True)
class Standing:
    word: str
    tone: str
    mark: str
    """An icon."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a transaction, in words; `takes_amount`: how much must or may be said."""

    name: str
    title: str
    button: str
    says: str
    mark: str
    takes_amount: bool = False
    danger: bool = False


ACTS: Sequence[Act] = (
    Act(
        *("authcomplete", "Complete", "Complete"),
        "Take the money that is authorized, or less of it: it settles with the open batch.",
        *("circle-check", True),
    ),
    Act(
        *("authincrement", "Increase", "Increase the authorization"),
        "Authorize a higher total.",
        *("plus", True),
    ),
    Act(
        *("partialreversal", "Lower", "Lower the amount"),
        "Give a part of the amount back before it settles; say what remains.",
        *("circle-minus", True),
    ),
    Act(
        *("refund", "Refund", "Refund"),
        "Pay it back, all or a part: a transaction of its own that settles with the open batch.",
        *("undo-2", True),
    ),
    Act(
        *("void", "Void", "Void the transaction"),
        "Undo it before it settles. This is final.",
        *("ban", False, True),
    ),
)
BY_NAME = {act.name: act for act in ACTS}


@dataclass(frozen=True, slots=True)
class Choice:
    """An act as it stands for one transaction; `why_not` is None where it can be done."""

    act: Act
    why_not: str | None


def standing_of(transaction: Transaction) -> Standing:
    _, word, tone, mark = STANDINGS[Status(transaction.status_id)]
    return Standing(word, tone, mark)


def type_of(transaction: Transaction) -> str:
    return TYPE_WORDS[Type(transaction.type_id)][1]


def name_of(transaction: Transaction) -> str:
    """`Sale of 12.50`."""
    if transaction.type_id == Type.AVS:
        return TYPE_WORDS[Type.AVS][1]
    return f"{type_of(transaction)} of {money(transaction.transaction_amount)}"


def choices_of(transaction: Transaction, refunded: int) -> list[Choice]:
    """Every act, with the reason where the transaction does not take it now."""
    can = possible(transaction, refunded)
    return [Choice(act, None if act.name in can else why_not(transaction, refunded, act.name)) for act in ACTS]


def why_not(transaction: Transaction, refunded: int, action: str) -> str:
    """Why the transaction does not take this action now, in one sentence."""
    stands = f"It {STANDS[transaction.status_id]}"
    if action in {"authcomplete", "authincrement"}:
        return f"{stands}; only an authorization can be {'completed' if action == 'authcomplete' else 'increased'}."
    if action == "refund":
        taken = refundable(transaction, 0)
        return (
            f"All {money(taken)} of it was refunded." if taken else f"{stands}; no money was taken that could go back."
        )
    if refunded:
        return f"{money(refunded)} of it was refunded."
    return f"{stands}; it can no longer be {'voided' if action == 'void' else 'lowered'}."
