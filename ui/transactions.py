"""A location's transactions: the list, the sandbox form, a transaction's page."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from extensions import db, settings
from forms.transaction import TransactionForm
from models import Contact, Location, ProductTransaction
from resources import transactions as verbs
from resources.access import require
from resources.locations import get_location
from resources.transaction_search import TRANSACTION_SEARCH, merchants_of
from resources.transactions import TRANSACTIONS, refunded_of
from schemas.money import money
from schemas.refusals import Conflict, Invalid
from schemas.transaction import TRANSACTION_KEYS
from ui import transaction_words
from ui.account_names import account_name, contacts_offered, vaults_offered
from ui.record_list import exported, found
from ui.record_pages import Kind, located, permitted, prefilled, record_page, to_record
from ui.session import current_actor, require_sign_in

KIND = Kind("transactions", "transaction", "transactions", "transactions/show.html")

transactions = Blueprint("transactions", __name__, url_prefix="/locations/<location_id>/transactions")
transactions.before_request(require_sign_in)


@transactions.get("")
def index(location_id: str) -> str:
    list_ = found(KIND, TRANSACTION_SEARCH, location_id)
    return render_template(
        "transactions/index.html",
        location=list_.location,
        list=list_,
        words=transaction_words,
        account_name=account_name,
        money=money,
        base_url=settings().effective_public_url,
        **permitted(TRANSACTIONS, list_.location.id),
    )


@transactions.get("/export.csv")
def export(location_id: str) -> Response:
    return exported(KIND, TRANSACTION_SEARCH, location_id, TRANSACTION_KEYS)


@transactions.get("/new")
def new(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    require(db.session(), current_actor(), "v2.transactions.post", location.id)
    start = {"payment_method": "cc", **prefilled({"contact_id": "contact", "account_vault_id": "vault"})}
    return _form_page(location, TransactionForm(formdata=None, data=start))


@transactions.post("/new")
def create(location_id: str) -> str | Response | tuple[str, int]:
    location = get_location(current_actor(), location_id)
    form = TransactionForm()
    try:
        transaction = verbs.create_transaction(current_actor(), form.wire() | {"location_id": location.id})
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(location, form), 422
    except Conflict as refusal:
        form.show_refusal({"": [str(refusal)]})
        return _form_page(location, form), 409
    word = transaction_words.standing_of(transaction).word.lower()
    return to_record(KIND, transaction, f"The transaction is made: {word}.")


@transactions.get("/<record_id>")
def show(location_id: str, record_id: str) -> str:
    location, transaction = located(TRANSACTIONS, location_id, record_id)
    refunded = refunded_of(transaction)
    return record_page(
        *(KIND, TRANSACTIONS, location, transaction),
        title=transaction_words.name_of(transaction),
        standing=transaction_words.standing_of(transaction),
        account=account_name(transaction),
        refunded=refunded,
        choices=transaction_words.choices_of(transaction, refunded),
        money=money,
        contact=db.session.get(Contact, transaction.contact_id) if transaction.contact_id else None,
        merchant=db.session.get_one(ProductTransaction, transaction.product_transaction_id),
    )


def _form_page(location: Location, form: TransactionForm) -> str:
    merchants = merchants_of(location.id)
    form.product_transaction_id.choices = [("", "The location's default"), *((one.id, one.title) for one in merchants)]
    return render_template(
        "transactions/form.html",
        kind=KIND,
        location=location,
        form=form,
        record=None,
        title=None,
        merchants=merchants,
        contacts=contacts_offered(current_actor(), location.id),
        vaults=vaults_offered(current_actor(), location.id),
    )
