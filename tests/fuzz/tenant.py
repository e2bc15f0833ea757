"""A tenant with some of everything, so that addresses lead to records and bodies can name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extensions import db
from models import Location, writing
from tests.world import Api, World

CLOSED_PORT = 9
"""Nobody listens there: what is sent to it is refused at once, and nothing leaves the machine."""


@dataclass(frozen=True, slots=True)
class Tenant:
    world: World
    headers: dict[str, str]
    known: Mapping[str, Sequence[str]]
    """Field of a body → values that exist."""
    places: Mapping[str, Sequence[str]]
    """Plural of a resource → ids for its addresses."""


def new_tenant(world: World) -> Tenant:
    """The tenant in the world's database; the application's context is the caller's to push."""
    config = world.config(url=f"http://127.0.0.1:{CLOSED_PORT}/receiver")
    world.config(resource="invoice")
    contact, vault = world.contact(), world.vault()
    account, bank_account = _accounts(world)
    api = world.api("owner")
    card = {"payment_method": "cc", "account_number": "4111111111111111", "exp_date": "1230"}
    sale = _made(api, "transaction", action="sale", location_id=world.here, transaction_amount="10.00", **card)
    event = _made(api, "postbackevent", location_id=world.here, resource="invoice", type="CREATE", data={"id": 7})
    replay = _made(api, "postbackreplay", location_id=world.here, skipped="no_config")
    known = {
        **{key: [world.here] for key in ("location_id", "parent_id", "primary_location_id")},
        "contact_id": [contact.id],
        **{key: [account] for key in ("product_transaction_id", "default_cc")},
        "default_ach": [bank_account],
        "account_vault_id": [vault.id],
        "previous_transaction_id": [sale],
        # A schema cannot name the six hundred zones there are.
        "tz": ["America/New_York", "Europe/Berlin"],
        "timezone": ["America/New_York", "Europe/Berlin"],
        "url": [f"http://127.0.0.1:{CLOSED_PORT}/{path}" for path in ("receiver", "other?way=1")],
        "postback_config_id": [config.id],
    }
    listed = ("postbackdeliveries", "transactionbatches", "auditlogs", "changelogs")
    places = {
        **{plural: [one["id"] for one in api.get(plural).get_json()[plural]] for plural in listed},
        **{key: [world.here] for key in ("locations", "locationinfos")},
        # Not the one whose key opens the door: what is done to users must not end the run.
        **{key: [world.users["viewer"].id] for key in ("users", "roles", "userapikeys")},
        "contacts": [contact.id],
        "postbackconfigs": [config.id],
        "postbackevents": [event],
        "postbackreplays": [replay],
        "accountvaults": [vault.id],
        "producttransactions": [account],
        "transactions": [sale],
    }
    return Tenant(world, world.headers("owner"), known, places)


def _accounts(world: World) -> tuple[str, str]:
    """The location's default product transactions for cards and for bank accounts."""
    account = world.product_transaction().id
    bank_account = world.product_transaction(payment_method="ach", title="Bank accounts").id
    with writing(db.session()):
        place = db.session.get_one(Location, world.here)
        place.default_cc, place.default_ach = account, bank_account
    return account, bank_account


def _made(api: Api, singular: str, **fields: object) -> str:
    """The id of a new record."""
    answer = api.post(f"{singular}s", {singular: fields})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()[singular]["id"])
