"""The batches of merchant accounts. One is open at a time; the first transaction that will settle opens it."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from extensions import db
from models import TransactionBatch, new_id, now_ts
from resources.access import Actor
from resources.changelogs import changelogs_of
from resources.resource import CREATE, Resource
from schemas.refusals import Busy
from schemas.transaction_batch import TO_SETTLE, batch_shape

TRIES = 5
INSERT: Mapping[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

BATCHES = Resource(
    "transactionbatch",
    "transactionbatches",
    TransactionBatch,
    batch_shape,
    {"changelogs": changelogs_of("transactionbatch")},
    lambda batch: batch.product_transaction_id,
)


def open_batch(actor: Actor, product_transaction_id: str, location_id: str) -> TransactionBatch:
    """The open batch of this product transaction, locked until the caller's transaction ends; opened if there is none.

    Take it before any transaction of it: whoever settles locks in this order too. Raises Busy where others open and
    settle faster than anybody could join.
    """
    for _ in range(TRIES):
        batch = _locked(product_transaction_id)
        if batch is not None:
            return batch
        if _opened(product_transaction_id, location_id):
            batch = _locked(product_transaction_id)
            assert batch is not None
            BATCHES.tell(actor, CREATE, batch)
            return batch
    raise Busy("This merchant account's batches open and settle too fast to join one. Try again shortly.")


def _locked(product_transaction_id: str) -> TransactionBatch | None:
    return db.session.scalar(
        select(TransactionBatch)
        .where(TransactionBatch.product_transaction_id == product_transaction_id, TransactionBatch.is_open.is_(True))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _opened(product_transaction_id: str, location_id: str) -> bool:
    """Open the next batch; False where somebody else did so in the same moment."""
    numbers = select(func.max(TransactionBatch.batch_num)).where(
        TransactionBatch.product_transaction_id == product_transaction_id
    )
    values = {
        "id": new_id(),
        "batch_num": (db.session.scalar(numbers) or 0) + 1,
        "product_transaction_id": product_transaction_id,
        "location_id": location_id,
        "created_ts": now_ts(),
        "processing_status_id": TO_SETTLE,
        "is_open": True,
    }
    connection = db.session.connection()
    insert = INSERT[connection.dialect.name](TransactionBatch).values(values).on_conflict_do_nothing()
    return connection.scalar(insert.returning(TransactionBatch.id)) is not None
