"""What people call a card or a bank account whose number nobody keeps, and the ones of a location to choose from."""

from collections.abc import Sequence

from extensions import db
from models import AccountVault, Contact, Transaction
from resources.access import Actor
from resources.account_vault_search import ACCOUNT_VAULT_SEARCH
from resources.contact_search import CONTACT_SEARCH

BRANDS = {"visa": "Visa", "mc": "Mastercard", "amex": "American Express", "disc": "Discover", "jcb": "JCB"}
MOST_OFFERED = 100


def account_name(account: AccountVault | Transaction) -> str:
    """`Visa ···· 1111`, `Checking ···· 0123`."""
    usual = "Card" if account.payment_method == "cc" else "Bank account"
    kind = BRANDS.get(account.account_type or "", (account.account_type or usual).capitalize())
    return f"{kind} ···· {account.last_four}"


def vault_name(vault: AccountVault) -> str:
    """Its title, or what it holds."""
    return vault.title or account_name(vault)


def expiry(exp_date: str | None) -> str | None:
    """MMYY as people write it: `12/30`."""
    return None if exp_date is None else f"{exp_date[:2]}/{exp_date[2:]}"


def contacts_offered(actor: Actor, location_id: str) -> Sequence[tuple[str, str]]:
    """Id and name of the newest contacts of the location."""
    query = CONTACT_SEARCH.query(actor, location_id, {}).order_by(Contact.id.desc()).limit(MOST_OFFERED)
    names = ((one.id, one.first_name, one.last_name, one.company_name) for one in db.session.scalars(query))
    return [(id_, " ".join(part for part in (first, last, company) if part)) for id_, first, last, company in names]


def vaults_offered(actor: Actor, location_id: str) -> Sequence[tuple[str, str]]:
    """Id and name of the newest account vaults of the location that may be used."""
    query = ACCOUNT_VAULT_SEARCH.query(actor, location_id, {"active": "yes"})
    found = db.session.scalars(query.order_by(AccountVault.id.desc()).limit(MOST_OFFERED))
    return [(one.id, ", ".join(part for part in (account_name(one), one.account_holder_name) if part)) for one in found]
