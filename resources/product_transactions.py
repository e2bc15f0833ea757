"""The verbs of product transactions. No postback tells of them; the audit log does."""

from collections.abc import Mapping

from sqlalchemy import or_, select

from extensions import db
from models import (
    Location,
    PostbackConfig,
    ProductTransaction,
    Transaction,
    TransactionBatch,
    new_id,
    now_ts,
    writing,
)
from resources.access import Actor, require_somewhere
from resources.audit import note
from resources.expansions import location_of
from resources.locations import hold_location, not_valid, require_given_location
from resources.referrers import Referrer, refuse_while_referred_to
from resources.resource import Resource, keep_fixed
from schemas.product_transaction import (
    PRODUCT_TRANSACTION_FIELDS,
    ProductTransactionInput,
    product_transaction_shape,
    product_transaction_values,
)
from schemas.validation import validated

FIXED = ("location_id", "payment_method")
PRODUCT_TRANSACTIONS = Resource(
    "producttransaction",
    "producttransactions",
    ProductTransaction,
    product_transaction_shape,
    {"location": location_of},
)
REFERRERS = (
    Referrer(
        "a location's default_cc or default_ach",
        lambda id_: select(Location.id).where(or_(Location.default_cc == id_, Location.default_ach == id_)),
    ),
    Referrer(
        "a postback config",
        lambda id_: select(PostbackConfig.id).where(
            PostbackConfig.product_transaction_id == id_, PostbackConfig.deleted_ts.is_(None)
        ),
    ),
    Referrer(
        "a transaction",
        lambda id_: select(Transaction.id).where(
            Transaction.product_transaction_id == id_,
            # Theirs is its own, and has the index.
            Transaction.location_id
            == select(ProductTransaction.location_id).where(ProductTransaction.id == id_).scalar_subquery(),
        ),
    ),
    Referrer(
        "a transaction batch",
        lambda id_: select(TransactionBatch.id).where(TransactionBatch.product_transaction_id == id_),
    ),
)
"""What keeps a product transaction from being deleted."""


def create_product_transaction(actor: Actor, fields: Mapping[str, object]) -> tuple[ProductTransaction, bool]:
    """A new one, and that it is new. Raises Invalid, Forbidden."""
    permission = PRODUCT_TRANSACTIONS.permission("post")
    require_somewhere(actor, permission)
    given = validated(ProductTransactionInput, fields)
    require_given_location(actor, permission, given.location_id)
    now = now_ts()
    made = ProductTransaction(id=new_id(), created_ts=now, modified_ts=now, **given.model_dump())
    with writing(db.session()):
        hold_location(made.location_id)
        db.session.add(made)
        note(actor, "create", PRODUCT_TRANSACTIONS.name, made.id, made.location_id, after=given.model_dump())
    return made, True


def update_product_transaction(actor: Actor, record_id: str, fields: Mapping[str, object]) -> ProductTransaction:
    """Change its title, or turn it on or off. Raises Invalid, NotFound, Forbidden, Gone."""
    with writing(db.session()):
        found = PRODUCT_TRANSACTIONS.for_change(actor, record_id)
        before = product_transaction_values(found)
        keep_fixed(before, fields, *FIXED)
        given = validated(ProductTransactionInput, {**before, **fields})
        for name in PRODUCT_TRANSACTION_FIELDS:
            setattr(found, name, getattr(given, name))
        found.modified_ts = now_ts()
        after = given.model_dump()
        note(actor, "update", PRODUCT_TRANSACTIONS.name, found.id, found.location_id, before=before, after=after)
    return found


def delete_product_transaction(actor: Actor, record_id: str) -> None:
    """Delete it where nothing refers to it; turning `active` off is for the rest.

    Raises NotFound, Forbidden, Conflict.
    """
    with writing(db.session()):
        found = PRODUCT_TRANSACTIONS.for_deletion(actor, record_id)
        refuse_while_referred_to(found.id, REFERRERS, "Turn active off instead.")
        found.deleted_ts = now_ts()
        before = product_transaction_values(found)
        note(actor, "delete", PRODUCT_TRANSACTIONS.name, found.id, found.location_id, before=before)


def hold_product_transaction(record_id: str, location_id: str) -> ProductTransaction:
    """One of this location, kept from being deleted or turned off until the caller's transaction ends.

    It may be turned off already. Raises Invalid where the location has none of this id that stands.
    """
    wanted = select(ProductTransaction).where(
        ProductTransaction.id == record_id,
        ProductTransaction.location_id == location_id,
        ProductTransaction.standing(),
    )
    held = wanted.with_for_update(read=True, key_share=True).execution_options(populate_existing=True)
    found = db.session.scalar(held)
    if found is None:
        raise not_valid("product_transaction_id")
    return found
