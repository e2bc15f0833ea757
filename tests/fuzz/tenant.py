"""A tenant with some of everything, so that addresses lead to records and bodies can name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extensions import db
from models import Location, writing
from tests.world import World, new_world

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
    contact = world.contact()
    api = world.api("owner")
    event = {"location_id": world.here, "resource": "invoice", "type": "CREATE", "data": {"id": 7}}
    published = api.post("postbackevents", {"postbackevent": event}).get_json()["postbackevent"]["id"]
    account = world.product_transaction()
    bank_account = world.product_transaction(payment_method="ach", title="Bank accounts")
    vault = world.vault()
    with writing(db.session()):
        place = db.session.get_one(Location, world.here)
        place.default_cc, place.default_ach = account.id, bank_account.id
    card = {"payment_method": "cc", "account_number": "4111111111111111", "exp_date": "1230"}
    sale = {"action": "sale", "location_id": world.here, **card, "transaction_amount": "10.00"}
    transaction = api.post("transactions", {"transaction": sale}).get_json()["transaction"]["id"]
    [batch] = api.get("transactionbatches").get_json()["transactionbatches"]
    deliveries = [one["id"] for one in api.get("postbackdeliveries").get_json()["postbackdeliveries"]]
    asked = {"location_id": world.here, "skipped": "no_config"}
    replay = api.post("postbackreplays", {"postbackreplay": asked}).get_json()["postbackreplay"]["id"]
    known = {
        "location_id": [world.here],
        "parent_id": [world.here],
        "primary_location_id": [world.here],
        "contact_id": [contact.id],
        "product_transaction_id": [account.id],
        "default_cc": [account.id],
        "account_vault_id": [vault.id],
        "previous_transaction_id": [transaction],
        # A schema cannot name the six hundred zones there are.
        "tz": ["America/New_York", "Europe/Berlin"],
        "url": [f"http://127.0.0.1:{CLOSED_PORT}/{path}" for path in ("receiver", "other?way=1")],
        "postback_config_id": [config.id],
    }
    places = {
        "contacts": [contact.id],
        "locations": [world.here],
        "postbackconfigs": [config.id],
        "postbackdeliveries": deliveries,
        "postbackevents": [published],
        "postbackreplays": [replay],
        "accountvaults": [vault.id],
        "producttransactions": [account.id],
        "transactions": [transaction],
        "transactionbatches": [batch["id"]],
        "locationinfos": [world.here],
        # Not the one whose key opens the door: what is done to users must not end the run.
        "users": [world.users["viewer"].id],
        "roles": [world.users["viewer"].id],
        "userapikeys": [world.users["viewer"].id],
        "auditlogs": [api.get("auditlogs").get_json()["auditlogs"][0]["id"]],
        "changelogs": [api.get("changelogs").get_json()["changelogs"][0]["id"]],
    }
    return Tenant(world, world.headers("owner"), known, places)


__all__ = ["Tenant", "new_tenant", "new_world"]
