"""A location's batches: what settles together; the open one can be settled here."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from extensions import db
from models import ProductTransaction, TransactionBatch
from resources.access import may, require
from resources.settlement import settle_batch
from resources.transaction_batches import BATCHES
from resources.transaction_search import BATCH_SEARCH, merchants_of, sums_of_batches
from schemas.money import money
from schemas.refusals import Conflict
from schemas.transaction_batch import BATCH_KEYS
from ui.record_list import exported, found
from ui.record_pages import Kind, located, record_page, told
from ui.session import current_actor, require_sign_in

KIND = Kind("batches", "batch", "batches", "transactions/batch.html")
SETTLE = BATCHES.permission("put")
NO_ROLE = "Your role here may not settle batches."

batches = Blueprint("batches", __name__, url_prefix="/locations/<location_id>/batches")
batches.before_request(require_sign_in)


@batches.get("")
def index(location_id: str) -> str:
    list_ = found(KIND, BATCH_SEARCH, location_id)
    return render_template(
        "transactions/batches.html",
        location=list_.location,
        list=list_,
        sums=sums_of_batches([batch.id for batch in list_.rows]),
        merchants={one.id: one.title for one in merchants_of(list_.location.id)},
        signed=signed,
        may_settle=may(db.session(), current_actor(), SETTLE, list_.location.id),
        no_role=NO_ROLE,
    )


@batches.get("/export.csv")
def export(location_id: str) -> Response:
    return exported(KIND, BATCH_SEARCH, location_id, BATCH_KEYS)


@batches.get("/<record_id>")
def show(location_id: str, record_id: str) -> str:
    location, batch = located(BATCHES, location_id, record_id)
    return record_page(
        *(KIND, BATCHES, location, batch),
        title=f"Batch {batch.batch_num}",
        **_facts(batch),
        may_settle=may(db.session(), current_actor(), SETTLE, location.id),
        no_role=NO_ROLE,
    )


@batches.get("/<record_id>/settle")
def confirm_settle(location_id: str, record_id: str) -> str | Response:
    location, batch = located(BATCHES, location_id, record_id)
    require(db.session(), current_actor(), SETTLE, location.id)
    if not batch.is_open:
        return _settled_before(batch)
    return render_template(
        "transactions/settle.html",
        kind=KIND,
        location=location,
        record=batch,
        title=f"Batch {batch.batch_num}",
        **_facts(batch),
    )


@batches.post("/<record_id>/settle")
def settle(location_id: str, record_id: str) -> Response:
    _, batch = located(BATCHES, location_id, record_id)
    try:
        settled = settle_batch(current_actor(), batch.id)
    except Conflict:
        return _settled_before(batch)
    count, _ = sums_of_batches([settled.id]).get(settled.id, (0, 0))
    what = f"{count} transaction{'' if count == 1 else 's'}"
    flash(
        told(settled, f"Batch {settled.batch_num} is settled with {what}, each of which is told by itself."), "success"
    )
    return redirect(url_for(".show", location_id=settled.location_id, record_id=settled.id), 303)


def signed(cents: int) -> str:
    """An amount that may be below zero, where more was refunded than taken."""
    return f"{'−' if cents < 0 else ''}{money(abs(cents))}"  # noqa: RUF001


def _facts(batch: TransactionBatch) -> dict[str, Any]:
    count, cents = sums_of_batches([batch.id]).get(batch.id, (0, 0))
    merchant = db.session.get_one(ProductTransaction, batch.product_transaction_id)
    return {"count": count, "amount": signed(cents), "merchant": merchant}


def _settled_before(batch: TransactionBatch) -> Response:
    flash("Nothing was done: this batch was settled before.", "warning")
    return redirect(url_for(".show", location_id=batch.location_id, record_id=batch.id), 303)
