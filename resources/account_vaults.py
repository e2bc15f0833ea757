"""The verbs of account vaults. The number passes through here once, on creation; what is not kept is forgotten."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from extensions import db
from jobs import queue
from models import AccountVault, Contact, Location, ProductTransaction, new_id, now_ts, writing
from resources.access import Actor, require_somewhere
from resources.changelogs import changelogs_of
from resources.expansions import contact_of, created_user_of, location_of
from resources.locations import hold_location, not_valid, require_given_location
from resources.resource import CREATE, DELETE, UPDATE, Resource, keep_fixed
from schemas.account_numbers import brand_of, first_six_of, last_four_of
from schemas.account_vault import (
    ACCOUNT_VAULT_FIELDS,
    COMPUTED,
    NUMBERS,
    AccountVaultChange,
    AccountVaultInput,
    account_vault_shape,
    account_vault_values,
)
from schemas.product_transaction import product_transaction_shape
from schemas.refusals import Invalid
from schemas.rules import is_blank
from schemas.validation import label, validated

FIXED = ("location_id", "payment_method")


def product_transaction_of(vault: AccountVault) -> dict[str, object] | None:
    """The deposit account that a payment by this vault goes to unless it names another: its location's default."""
    default = Location.default_cc if vault.payment_method == "cc" else Location.default_ach
    found = db.session.scalar(
        select(ProductTransaction)
        .join(Location, default == ProductTransaction.id)
        .where(Location.id == vault.location_id)
    )
    return None if found is None else product_transaction_shape(found)


ACCOUNT_VAULTS = Resource(
    "accountvault",
    "accountvaults",
    AccountVault,
    account_vault_shape,
    {
        "location": location_of,
        "contact": contact_of,
        "created_user": created_user_of,
        "product_transaction": product_transaction_of,
        "changelogs": changelogs_of("accountvault"),
    },
)


def create_account_vault(actor: Actor, fields: Mapping[str, object]) -> tuple[AccountVault, bool]:
    """A new account vault, and that it is new. Raises Invalid, Forbidden."""
    permission = ACCOUNT_VAULTS.permission("post")
    require_somewhere(actor, permission)
    given = validated(AccountVaultInput, _to_judge(fields))
    require_given_location(actor, permission, given.location_id)
    vault = _new_vault(actor, given)
    try:
        with writing(db.session()):
            hold_location(given.location_id)
            _require_contact(given)
            _require_free(vault.id, given)
            db.session.add(vault)
            ACCOUNT_VAULTS.tell(actor, CREATE, vault)
    except IntegrityError:
        raise _taken() from None
    queue.wake()
    return vault, True


def update_account_vault(actor: Actor, vault_id: str, fields: Mapping[str, object]) -> AccountVault:
    """Change the given fields, of which the numbers are none. Raises Invalid, NotFound, Forbidden, Gone."""
    try:
        with writing(db.session()):
            vault = ACCOUNT_VAULTS.for_change(actor, vault_id)
            _change(vault, _to_judge(fields))
            ACCOUNT_VAULTS.tell(actor, UPDATE, vault)
    except IntegrityError:
        raise _taken() from None
    queue.wake()
    return vault


def delete_account_vault(actor: Actor, vault_id: str) -> None:
    """Delete it; its postback carries its last state. Raises NotFound, Forbidden."""
    with writing(db.session()):
        vault = ACCOUNT_VAULTS.for_deletion(actor, vault_id)
        vault.deleted_ts = now_ts()
        ACCOUNT_VAULTS.tell(actor, DELETE, vault)
    queue.wake()


def _to_judge(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name not in COMPUTED}


def _new_vault(actor: Actor, given: AccountVaultInput) -> AccountVault:
    """The vault, not yet stored; from here on nobody knows the number."""
    number, method, now = given.account_number, given.payment_method, now_ts()
    values = {name: getattr(given, name) for name in ACCOUNT_VAULT_FIELDS}
    kept = {"first_six": first_six_of(number, method), "last_four": last_four_of(number)}
    if method == "cc":
        kept["account_type"] = brand_of(number)
    return AccountVault(
        id=new_id(), created_user_id=actor.user_id, created_ts=now, modified_ts=now, **{**values, **kept}
    )


def _change(vault: AccountVault, fields: Mapping[str, object]) -> None:
    """Lay the changes over the vault and judge the whole. Raises Invalid."""
    before = account_vault_values(vault)
    keep_fixed(before, fields, *FIXED)
    given_again = [name for name in NUMBERS if not is_blank(fields.get(name))]
    if given_again:
        raise Invalid({name: [f"{label(name)} cannot be changed: create another vault."] for name in given_again})
    changes = {name: value for name, value in fields.items() if name not in NUMBERS}
    given = validated(AccountVaultChange, {**before, **changes})
    if given.contact_id != vault.contact_id:
        _require_contact(given)
    _require_free(vault.id, given)
    for name in ACCOUNT_VAULT_FIELDS:
        if name != "account_type" or vault.payment_method == "ach":
            setattr(vault, name, getattr(given, name))
    vault.modified_ts = now_ts()
    db.session.flush()


def _require_contact(given: AccountVaultChange) -> None:
    """Raise Invalid where the contact is none of the same location."""
    if given.contact_id is None:
        return
    contact = db.session.get(Contact, given.contact_id)
    if contact is None or contact.is_deleted or contact.location_id != given.location_id:
        raise not_valid("contact_id")


def _require_free(vault_id: str, given: AccountVaultChange) -> None:
    """Raise Invalid where another vault of the location has this account_vault_api_id."""
    if given.account_vault_api_id is None:
        return
    holder = select(AccountVault.id).where(
        AccountVault.location_id == given.location_id,
        AccountVault.account_vault_api_id == given.account_vault_api_id,
        AccountVault.id != vault_id,
        AccountVault.standing(),
    )
    if db.session.scalar(holder) is not None:
        raise _taken()


def _taken() -> Invalid:
    return Invalid({"account_vault_api_id": ["Account Vault Api Id has already been taken."]})
