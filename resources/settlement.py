"""Settling a batch: it closes, what waited in it is settled, and every change is told, all in one commit."""

from sqlalchemy import select, update

from extensions import db
from jobs import queue
from models import (
    AccountVault,
    Base,
    Contact,
    Location,
    ProductTransaction,
    Transaction,
    TransactionBatch,
    User,
    now_ts,
    writing,
)
from resources.access import Actor
from resources.local_days import today_at
from resources.resource import UPDATE
from resources.transaction_batches import BATCHES
from resources.transaction_rules import OPEN
from resources.transactions import TRANSACTIONS
from schemas.refusals import Conflict
from schemas.transaction import Status
from schemas.transaction_batch import SETTLED


def settle_batch(actor: Actor, batch_id: str) -> TransactionBatch:
    """Close the batch and settle its transactions. Raises NotFound, Forbidden, Conflict where it is closed."""
    with writing(db.session()):
        batch = BATCHES.for_change(actor, batch_id)
        if not batch.is_open:
            raise Conflict(
                "This batch was settled before. What was approved since is in the open batch: "
                "GET /v2/transactionbatches?is_open=1 finds it."
            )
        settled = _settled(actor, batch)
        surroundings = _surroundings(batch)
        batch.is_open, batch.processing_status_id, batch.batch_close_ts = False, SETTLED, now_ts()
        batch.settlement_file_name = f"{today_at(batch.location_id).replace('-', '')}-{batch.batch_num:06}.txt"
        TRANSACTIONS.tell(actor, UPDATE, *settled)
        BATCHES.tell(actor, UPDATE, batch)
        del surroundings
    queue.wake()
    return batch


def _settled(actor: Actor, batch: TransactionBatch) -> list[Transaction]:
    """Settle what waits in the batch with one statement, and read it as it stands then."""
    of_batch = Transaction.transaction_batch_id == batch.id
    values = {
        "status_id": Status.SETTLED,
        "settle_date": today_at(batch.location_id),
        "modified_ts": now_ts(),
        "modified_user_id": actor.user_id,
    }
    waiting = update(Transaction).where(of_batch, Transaction.status_id.in_(OPEN)).values(values)
    db.session.connection().execute(waiting)
    settled = select(Transaction).where(of_batch, Transaction.status_id == Status.SETTLED).order_by(Transaction.id)
    return list(db.session.scalars(settled.execution_options(populate_existing=True)))


def _surroundings(batch: TransactionBatch) -> list[Base]:
    """What payloads may embed of the batch's transactions, in a few queries: while it is held, none is read again."""
    of_batch = Transaction.transaction_batch_id == batch.id
    wanted = (
        select(Contact).where(Contact.id.in_(select(Transaction.contact_id).where(of_batch))),
        select(AccountVault).where(AccountVault.id.in_(select(Transaction.account_vault_id).where(of_batch))),
        select(User).where(User.id.in_(select(Transaction.created_user_id).where(of_batch))),
        select(Location).where(Location.id == batch.location_id),
        select(ProductTransaction).where(ProductTransaction.id == batch.product_transaction_id),
    )
    return [record for statement in wanted for record in db.session.scalars(statement)]
