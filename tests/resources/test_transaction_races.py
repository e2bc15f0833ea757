"""Several tills at one merchant account at once, each in a context of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from extensions import db
from models import Event, Transaction, TransactionBatch
from resources.product_transactions import delete_product_transaction
from resources.settlement import settle_batch
from resources.transactions import create_transaction, refunded_of, update_transaction
from schemas.refusals import Conflict, Invalid, NotFound
from schemas.transaction import Status
from tests.payments import CARD, open_accounts, payment
from tests.world import World

TILLS = 6
SALE: dict[str, object] = {"action": "sale", "transaction_amount": "10.00", **CARD}


@pytest.fixture(autouse=True)
def accounts(world: World) -> None:
    open_accounts(world)


def at_once(world: World, act: Callable[[int], str]) -> Counter[str]:
    """How they fared who all began at the same moment."""
    barrier = Barrier(TILLS)
    db.session.rollback()

    def run(number: int) -> str:
        with world.app.app_context():
            barrier.wait()
            try:
                return act(number)
            except (Invalid, Conflict, NotFound) as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(TILLS) as pool:
        return Counter(pool.map(run, range(TILLS)))


def told(resource: str) -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Event.type).where(Event.resource == resource)))


def test_the_first_sales_of_the_day_open_one_batch(world: World) -> None:
    actor = world.actor("owner")

    def sell(_number: int) -> str:
        create_transaction(actor, SALE)
        return "sold"

    assert at_once(world, sell) == {"sold": TILLS}
    assert told("transactionbatch") == {"CREATE": 1}
    [batch] = db.session.scalars(select(TransactionBatch)).all()
    joined = select(func.count()).where(Transaction.transaction_batch_id == batch.id)
    assert db.session.scalar(joined) == TILLS


def test_no_more_is_refunded_than_was_taken(world: World) -> None:
    actor, sale = world.actor("owner"), payment(world)

    def refund(_number: int) -> str:
        update_transaction(actor, sale.id, {"action": "refund", "transaction_amount": "3.00"})
        return "refunded"

    assert at_once(world, refund) == {"refunded": 3, "Invalid": TILLS - 3}
    db.session.rollback()
    assert refunded_of(sale) == 900


def test_a_sale_is_either_voided_or_refunded(world: World) -> None:
    actor, sale = world.actor("owner"), payment(world)

    def undo(number: int) -> str:
        action = "void" if number % 2 else "refund"
        update_transaction(actor, sale.id, {"action": action})
        return action

    fared = at_once(world, undo)
    assert fared in ({"void": 1, "Conflict": TILLS - 1}, {"refund": 1, "Conflict": TILLS - 1})
    db.session.rollback()
    stored = db.session.get_one(Transaction, sale.id, populate_existing=True)
    assert (stored.status_id == Status.VOIDED) is ("void" in fared)
    assert (refunded_of(stored) == 1000) is ("refund" in fared)


def test_a_batch_is_settled_once(world: World) -> None:
    actor, sale = world.actor("owner"), payment(world)
    assert sale.transaction_batch_id is not None
    batch_id = sale.transaction_batch_id

    def settle(_number: int) -> str:
        settle_batch(actor, batch_id)
        return "settled"

    assert at_once(world, settle) == {"settled": 1, "Conflict": TILLS - 1}
    assert told("transactionbatch") == {"CREATE": 1, "UPDATE": 1}
    assert told("transaction") == {"CREATE": 1, "UPDATE": 1}


def test_nothing_slips_into_a_batch_that_settles(world: World) -> None:
    actor, sale = world.actor("owner"), payment(world)
    assert sale.transaction_batch_id is not None
    first = sale.transaction_batch_id

    def act(number: int) -> str:
        if number == 0:
            settle_batch(actor, first)
            return "settled"
        if number == 1:
            update_transaction(actor, sale.id, {"action": "void"})
            return "voided"
        if number == 2:
            update_transaction(actor, sale.id, {"action": "refund", "transaction_amount": "1.00"})
            return "refunded"
        create_transaction(actor, SALE)
        return "sold"

    fared = at_once(world, act)
    assert (fared["settled"], fared["sold"]) == (1, TILLS - 3)
    db.session.rollback()
    for transaction in db.session.scalars(select(Transaction).execution_options(populate_existing=True)):
        settled = transaction.status_id == Status.SETTLED
        assert settled is (transaction.transaction_batch_id == first and transaction.status_id != Status.VOIDED)
    opened = db.session.scalars(select(TransactionBatch.batch_num).where(TransactionBatch.is_open.is_(True))).all()
    assert opened in ([], [2])


def test_one_of_many_gets_the_transaction_api_id(world: World) -> None:
    actor = world.actor("owner")

    def sell(_number: int) -> str:
        create_transaction(actor, {**SALE, "transaction_api_id": "A1"})
        return "sold"

    assert at_once(world, sell) == {"sold": 1, "Invalid": TILLS - 1}
    assert told("transaction") == {"CREATE": 1}


def test_nothing_is_paid_to_a_merchant_account_that_was_deleted_meanwhile(world: World) -> None:
    spare, actor = world.product_transaction().id, world.actor("owner")

    def act(number: int) -> str:
        if number % 2:
            create_transaction(actor, {**SALE, "product_transaction_id": spare})
            return "sold"
        delete_product_transaction(actor, spare)
        return "deleted"

    fared = at_once(world, act)
    assert (fared["sold"] > 0) is (fared["deleted"] == 0), fared
