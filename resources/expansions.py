"""What answers and payloads may embed of a record's surroundings, alike for every resource that has them."""

from typing import Protocol

from extensions import db
from models import AccountVault, Contact, Location, ProductTransaction, User
from schemas.account_vault import account_vault_shape
from schemas.contact import contact_shape
from schemas.location import location_shape
from schemas.product_transaction import product_transaction_shape
from schemas.user import user_shape


class Placed(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def location_id(self) -> str: ...


class Made(Protocol):
    @property
    def created_user_id(self) -> str | None: ...


class OfAContact(Protocol):
    @property
    def contact_id(self) -> str | None: ...


class OfAnAccountVault(Protocol):
    @property
    def account_vault_id(self) -> str | None: ...


class OfAProductTransaction(Protocol):
    @property
    def product_transaction_id(self) -> str | None: ...


def location_of(record: Placed) -> dict[str, object]:
    location = db.session.get(Location, record.location_id)
    assert location is not None
    return location_shape(location)


def created_user_of(record: Made) -> dict[str, object] | None:
    user = db.session.get(User, record.created_user_id) if record.created_user_id else None
    return None if user is None else user_shape(user)


def contact_of(record: OfAContact) -> dict[str, object] | None:
    contact = db.session.get(Contact, record.contact_id) if record.contact_id else None
    return None if contact is None else contact_shape(contact)


def product_transaction_of(record: OfAProductTransaction) -> dict[str, object] | None:
    id_ = record.product_transaction_id
    found = db.session.get(ProductTransaction, id_) if id_ else None
    return None if found is None else product_transaction_shape(found)


def account_vault_of(record: OfAnAccountVault) -> dict[str, object] | None:
    vault = db.session.get(AccountVault, record.account_vault_id) if record.account_vault_id else None
    return None if vault is None else account_vault_shape(vault)
