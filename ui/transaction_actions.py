"""What is done with a transaction later: each act is asked about first, and says what came of it."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from extensions import db
from forms.transaction import AmountForm, TransactionEditForm, stored_values
from models import Location, Transaction
from resources import transactions as verbs
from resources.access import require
from resources.transaction_rules import possible, refundable
from resources.transactions import TRANSACTIONS, refunded_of
from schemas.money import money
from schemas.refusals import Conflict, Invalid, NotFound
from ui.account_names import contacts_offered
from ui.record_pages import located, to_record
from ui.session import current_actor
from ui.transaction_words import BY_NAME, Act, name_of, why_not
from ui.transactions import KIND, transactions

__all__ = ["transactions"]

DONE = {
    "authcomplete": "The transaction is completed.",
    "authincrement": "The authorization is increased.",
    "partialreversal": "The amount is lowered.",
    "refund": "The refund is made.",
    "void": "The transaction is voided.",
}


@transactions.get("/<record_id>/edit")
def edit(location_id: str, record_id: str) -> str:
    location, transaction = _changeable(location_id, record_id)
    return _edit_page(location, transaction, TransactionEditForm(formdata=None, data=stored_values(transaction)))


@transactions.post("/<record_id>/edit")
def update(location_id: str, record_id: str) -> str | Response | tuple[str, int]:
    location, transaction = located(TRANSACTIONS, location_id, record_id)
    form = TransactionEditForm()
    try:
        changed = verbs.update_transaction(current_actor(), transaction.id, {"action": "edit", **form.wire()})
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _edit_page(location, transaction, form), 422
    return to_record(KIND, changed, "The transaction is saved.")


@transactions.get("/<record_id>/<action>")
def ask(location_id: str, record_id: str, action: str) -> str | Response:
    act = _act(action)
    location, transaction = _changeable(location_id, record_id)
    refunded = refunded_of(transaction)
    if action not in possible(transaction, refunded):
        return _not_possible(location, transaction, why_not(transaction, refunded, action))
    start = {"transaction_amount": money(_first_amount(transaction, refunded, action))}
    return _act_page(location, transaction, act, AmountForm(formdata=None, data=start))


@transactions.post("/<record_id>/<action>")
def do(location_id: str, record_id: str, action: str) -> str | Response | tuple[str, int]:
    act = _act(action)
    location, transaction = located(TRANSACTIONS, location_id, record_id)
    form = AmountForm()
    asked = {"action": action, **(form.wire() if act.takes_amount else {})}
    try:
        changed = verbs.update_transaction(current_actor(), transaction.id, asked)
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _act_page(location, transaction, act, form), 422
    except Conflict:
        return _not_possible(location, transaction, why_not(transaction, refunded_of(transaction), action))
    return to_record(KIND, changed, DONE[action])


def _act(action: str) -> Act:
    if action not in BY_NAME:
        raise NotFound
    return BY_NAME[action]


def _changeable(location_id: str, record_id: str) -> tuple[Location, Transaction]:
    location, transaction = located(TRANSACTIONS, location_id, record_id)
    require(db.session(), current_actor(), TRANSACTIONS.permission("put"), location.id)
    return location, transaction


def _first_amount(transaction: Transaction, refunded: int, action: str) -> int | None:
    """What the field says at first: all that there is."""
    if action == "refund":
        return refundable(transaction, refunded)
    return transaction.auth_amount if action == "authcomplete" else None


def _not_possible(location: Location, transaction: Transaction, why: str) -> Response:
    flash(f"Nothing was done. {why}", "warning")
    return redirect(url_for(".show", location_id=location.id, record_id=transaction.id), 303)


def _act_page(location: Location, transaction: Transaction, act: Act, form: AmountForm) -> str:
    return render_template(
        "transactions/act.html",
        kind=KIND,
        location=location,
        record=transaction,
        title=name_of(transaction),
        act=act,
        form=form,
    )


def _edit_page(location: Location, transaction: Transaction, form: TransactionEditForm) -> str:
    return render_template(
        "transactions/edit.html",
        kind=KIND,
        location=location,
        record=transaction,
        title=name_of(transaction),
        form=form,
        contacts=contacts_offered(current_actor(), location.id),
    )
