"""The state machine: as a table, and walked at random on both stores."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from extensions import db
from models import Transaction, TransactionBatch
from resources.settlement import settle_batch
from resources.transaction_rules import possible, refusal
from resources.transactions import TRANSACTIONS, refunded_of, update_transaction
from schemas.money import money
from schemas.refusals import Conflict, Invalid
from schemas.transaction import Status, Type
from schemas.transaction_input import CHANGES, WITH_AN_AMOUNT
from tests.payments import ACCOUNT, open_accounts, payment
from tests.world import World

STEPS = 110
FINAL = {Status.VOIDED, Status.DECLINED}
ALLOWED: list[tuple[int, int, int, list[str]]] = [
    (20, 101, 0, ["void", "partialreversal", "refund", "edit"]),
    (20, 101, 400, ["partialreversal", "refund", "edit"]),
    (20, 101, 1000, ["edit"]),
    (20, 102, 0, ["void", "authcomplete", "authincrement", "partialreversal", "edit"]),
    (20, 134, 0, ["refund", "edit"]),
    (20, 134, 1000, ["edit"]),
    (20, 201, 0, ["edit"]),
    (20, 301, 0, ["edit"]),
    (20, 331, 0, ["edit"]),
    (21, 121, 0, ["edit"]),
    (30, 111, 0, ["void", "edit"]),
    (30, 131, 0, ["void", "edit"]),
    (30, 134, 0, ["edit"]),
    (40, 131, 0, ["void", "edit"]),
    (40, 134, 0, ["edit"]),
    (50, 131, 0, ["void", "refund", "edit"]),
    (50, 134, 0, ["refund", "edit"]),
]


@pytest.mark.parametrize(("type_id", "status_id", "refunded", "actions"), ALLOWED)
def test_a_state_allows(type_id: int, status_id: int, refunded: int, actions: list[str]) -> None:
    transaction = Transaction(type_id=type_id, status_id=status_id, transaction_amount=1000)
    assert possible(transaction, refunded) == actions
    for action in ("void", "authcomplete", "authincrement", "partialreversal", "refund", "edit"):
        says = refusal(transaction, refunded, action)
        assert (says is None) is (action in actions)
        assert says is None or says.endswith(f"What is possible: {', '.join(actions)}.")


def test_every_state_can_be_told() -> None:
    for status in Status:
        transaction = Transaction(type_id=Type.SALE, status_id=status, transaction_amount=1)
        assert refusal(transaction, 1, "refund")


class Walk:
    """Somebody who tries anything with any transaction, and looks what came of it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.choose = world, random.Random(seed)
        self.done: list[str] = []

    def step(self) -> None:
        transactions = self.all()
        if not transactions or self.choose.random() < 0.25:
            self.pay()
        elif self.choose.random() < 0.1:
            self.settle()
        else:
            self.act(self.choose.choice(transactions[-8:]))

    def all(self) -> list[Transaction]:
        db.session.rollback()
        db.session.expire_all()
        return list(db.session.scalars(select(Transaction).order_by(Transaction.id)))

    def pay(self) -> None:
        by_bank = self.choose.random() < 0.3
        action = self.choose.choice(["debit", "credit"] if by_bank else ["sale", "authonly", "authonly", "refund"])
        amount = self.choose.choice(["10.00", "3.33", "5.00", "0.01"])
        account: dict[str, Any] = {**ACCOUNT, "exp_date": None} if by_bank else {}
        payment(self.world, action=action, transaction_amount=amount, **account)
        self.done.append(action)

    def settle(self) -> None:
        batches = list(db.session.scalars(select(TransactionBatch).order_by(TransactionBatch.id)))
        if batches:
            batch = self.choose.choice(batches)
            was_open = batch.is_open
            try:
                settle_batch(self.world.actor("owner"), batch.id)
            except Conflict:
                assert not was_open
            else:
                assert was_open
                self.done.append("settle")

    def act(self, transaction: Transaction) -> None:
        sensible = possible(transaction, refunded_of(transaction))[:-1] or ["edit"]
        action = self.choose.choice(sensible if self.choose.random() < 0.5 else CHANGES)
        promised = {
            "void": TRANSACTIONS.expansions["is_voidable"](transaction),
            "refund": TRANSACTIONS.expansions["is_refundable"](transaction),
        }.get(action)
        fields = {"action": action}
        if action in WITH_AN_AMOUNT and self.choose.random() < 0.7:
            fields["transaction_amount"] = str(money(self.choose.randint(1, 1500)))
        try:
            update_transaction(self.world.actor("owner"), transaction.id, fields)
        except Conflict:
            assert promised is not True, (action, transaction.status_id)
        except Invalid:  # an amount that does not fit
            assert promised is not False
            assert action in WITH_AN_AMOUNT
        else:
            assert promised is not False, (action, transaction.status_id)
            self.done.append(action)


def held(transactions: list[Transaction], before: dict[str, int]) -> Iterator[bool]:
    """What must be true after every step."""
    for transaction in transactions:
        refunds = [one for one in transactions if one.previous_transaction_id == transaction.id]
        refunded = sum(one.transaction_amount for one in refunds if one.status_id != Status.VOIDED)
        is_taken = transaction.status_id in {Status.APPROVED, Status.PENDING_ORIGINATION, Status.SETTLED}
        yield refunded == 0 or (is_taken and refunded <= transaction.transaction_amount)
        yield transaction.auth_amount is None or transaction.transaction_amount <= transaction.auth_amount
        was = before.get(transaction.id)
        yield was not in FINAL or transaction.status_id == was
        yield was != Status.SETTLED or transaction.status_id == Status.SETTLED
        yield (transaction.settle_date is not None) is (transaction.status_id == Status.SETTLED)
        yield (transaction.void_date is not None) is (transaction.status_id == Status.VOIDED)
    opened = select(func.count()).where(TransactionBatch.is_open.is_(True))
    per_account = db.session.scalars(opened.group_by(TransactionBatch.product_transaction_id)).all()
    yield set(per_account) <= {1}


@pytest.mark.parametrize("seed", [4])
def test_no_walk_breaks_the_books(world: World, seed: int) -> None:
    open_accounts(world)
    walk = Walk(world, seed)
    before: dict[str, int] = {}
    for _ in range(STEPS):
        walk.step()
        transactions = walk.all()
        assert all(held(transactions, before)), walk.done[-3:]
        before = {transaction.id: transaction.status_id for transaction in transactions}
    assert {"sale", "void", "refund", "settle", "authcomplete"} <= set(walk.done)
