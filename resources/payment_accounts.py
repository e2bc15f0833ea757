"""Whose money moves: the card or account that a payment names, and the merchant account it goes to."""

from dataclasses import dataclass

from extensions import db
from models import AccountVault, Contact, Location, ProductTransaction, Transaction
from resources.product_transactions import hold_product_transaction
from schemas.account_numbers import brand_of, first_six_of, last_four_of
from schemas.refusals import Invalid
from schemas.transaction_input import OF_A_CARD, OF_AN_ACCOUNT, TransactionInput


@dataclass(frozen=True, slots=True)
class Account:
    """What is kept of a card or bank account; its fields are columns of a transaction."""

    payment_method: str
    first_six: str | None
    last_four: str
    account_type: str | None
    account_holder_name: str | None
    account_vault_id: str | None = None


def account_of(given: TransactionInput) -> Account:
    """The account that is named by its number, its vault or an earlier transaction. Raises Invalid."""
    account = _from_number(given) or _from_vault(given) or _from_transaction(given)
    if given.payment_method not in {None, account.payment_method}:
        raise Invalid({"payment_method": [f"Payment Method must be {account.payment_method}, as that account's is."]})
    actions = OF_A_CARD if account.payment_method == "cc" else OF_AN_ACCOUNT
    if given.action not in actions:
        raise Invalid({"action": [f"Action must be one of {', '.join(actions)} for {account.payment_method}."]})
    return account


def product_transaction_of(given: TransactionInput, payment_method: str) -> ProductTransaction:
    """The merchant account that is named, else the location's default one; held for the payment. Raises Invalid."""
    wanted = given.product_transaction_id or _default(given.location_id, payment_method)
    if wanted is None:
        raise Invalid({"product_transaction_id": ["Product Transaction Id cannot be blank."]})
    found = hold_product_transaction(wanted, given.location_id)
    if found.payment_method != payment_method:
        raise Invalid({"product_transaction_id": [f"Product Transaction Id is not one for {payment_method}."]})
    if not found.active:
        raise Invalid({"product_transaction_id": ["Product Transaction Id is not active."]})
    return found


def require_contact(contact_id: str | None, location_id: str) -> None:
    """Raise Invalid where this is no contact of the location."""
    contact = db.session.get(Contact, contact_id) if contact_id is not None else None
    if contact_id is not None and (contact is None or contact.is_deleted or contact.location_id != location_id):
        raise not_valid("contact_id")


def not_valid(field: str) -> Invalid:
    """The family's wording for an id that leads nowhere."""
    return Invalid({field: [f"{field} provided is not valid"]})


def _from_number(given: TransactionInput) -> Account | None:
    number = given.account_number
    if number is None:
        return None
    assert given.payment_method is not None
    is_card = given.payment_method == "cc"
    return Account(
        given.payment_method,
        first_six_of(number, given.payment_method),
        last_four_of(number),
        brand_of(number) if is_card else given.account_type,
        given.account_holder_name,
    )


def _from_vault(given: TransactionInput) -> Account | None:
    if given.account_vault_id is None:
        return None
    vault = db.session.get(AccountVault, given.account_vault_id)
    if vault is None or vault.is_deleted or vault.location_id != given.location_id:
        raise not_valid("account_vault_id")
    if not vault.active:
        raise Invalid({"account_vault_id": ["Account Vault Id is not active."]})
    return Account(
        vault.payment_method,
        vault.first_six if vault.payment_method == "cc" else None,
        vault.last_four,
        vault.account_type,
        given.account_holder_name or vault.account_holder_name,
        vault.id,
    )


def _from_transaction(given: TransactionInput) -> Account:
    earlier = db.session.get(Transaction, given.previous_transaction_id)
    if earlier is None or earlier.location_id != given.location_id:
        raise not_valid("previous_transaction_id")
    return Account(
        earlier.payment_method,
        earlier.first_six,
        earlier.last_four,
        earlier.account_type,
        given.account_holder_name or earlier.account_holder_name,
        earlier.account_vault_id,
    )


def _default(location_id: str, payment_method: str) -> str | None:
    location = db.session.get(Location, location_id)
    assert location is not None
    return location.default_cc if payment_method == "cc" else location.default_ach
