"""What of the demo's week is worth looking at, by the names that addresses give it."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, select

from extensions import db
from launch.demo import FIRST_LOCATION_ID, GROUP_ID, OTHER_LOCATION_ID, ROOT_ID
from models import (
    AccountVault,
    ApiKey,
    Base,
    Contact,
    Delivery,
    Event,
    Inbox,
    Location,
    PostbackReplay,
    Transaction,
    TransactionBatch,
    writing,
)
from resources.access import command_actor
from resources.roles import grant_role
from resources.users import create_user
from schemas.transaction import Status

EMPTY_LOCATION_ID = "demo-week-empty"
NAMED = {
    "location_id": FIRST_LOCATION_ID,
    "empty_location_id": EMPTY_LOCATION_ID,
    "foreign_location_id": OTHER_LOCATION_ID,
    "config_id": "demo-week-crm-0",
    "failing_config_id": "demo-week-warehouse",
    "paused_config_id": "demo-week-old-crm",
    "group_id": GROUP_ID,
    "user_id": "demo-week-maria.silva",
    "program_id": "demo-week-erp-sync",
    "void": "void",
}


def plant_the_empty() -> None:
    """A location where nothing has happened yet, somebody who knows only that one, one who knows none, one who all."""
    with writing(db.session()):
        db.session.add(Location(id=EMPTY_LOCATION_ID, name="Garden Pop-up", parent_id=GROUP_ID, account_number="10008"))
    actor = command_actor(db.session())
    for first, last, place in (
        ("Lena", "Ortiz", EMPTY_LOCATION_ID),
        ("Jo", "Lindgren", None),
        ("Head", "Office", ROOT_ID),
    ):
        username = f"{first}.{last}".lower()
        person = {"username": username, "first_name": first, "last_name": last, "email": f"{username}@example.com"}
        user = create_user(actor, {**person, "primary_location_id": EMPTY_LOCATION_ID})
        if place is not None:
            grant_role(actor, user.id, {"location_id": place, "role": "admin"})


def sights() -> Mapping[str, str]:
    """Name → id, or what else stands in an address."""
    here = Delivery.location_id == FIRST_LOCATION_ID
    payment = (Transaction.location_id == FIRST_LOCATION_ID) & Transaction.contact_id.is_not(None)
    batch = TransactionBatch.location_id == FIRST_LOCATION_ID
    contact = Delivery.event.has(Event.resource == "contact")
    crm, warehouse = (
        Delivery.postback_config_id == "demo-week-crm-0",
        Delivery.postback_config_id == "demo-week-warehouse",
    )
    inbox = Inbox.location_id == FIRST_LOCATION_ID
    return {
        **NAMED,
        "contact_id": _newest(Contact, Contact.location_id == FIRST_LOCATION_ID),
        "transaction_id": _newest(Transaction, payment & (Transaction.status_id == Status.APPROVED)),
        "settled_transaction_id": _newest(Transaction, payment & (Transaction.status_id == Status.SETTLED)),
        "batch_id": _newest(TransactionBatch, batch & TransactionBatch.is_open),
        "vault_id": _newest(AccountVault, AccountVault.location_id == FIRST_LOCATION_ID),
        "key_id": _newest(ApiKey, ApiKey.user_id == NAMED["program_id"]),
        "delivery_id": _newest(Delivery, here & crm & (Delivery.state == "delivered")),
        "update_delivery_id": _newest(Delivery, here & crm & Delivery.event.has(Event.type == "UPDATE")),
        "failed_delivery_id": _newest(Delivery, here & contact & warehouse & (Delivery.state == "failed")),
        "waiting_delivery_id": _newest(Delivery, here & warehouse & (Delivery.state == "waiting")),
        "replay_id": _newest(PostbackReplay, PostbackReplay.state == "finished"),
        "paused_replay_id": _newest(PostbackReplay, PostbackReplay.state == "paused"),
        "token": db.session.scalars(select(Inbox.token).where(inbox)).one(),
    }


def _newest(model: type[Base], where: ColumnElement[bool]) -> str:
    id_ = model.__table__.c.id
    return str(db.session.scalars(select(id_).where(where).order_by(id_.desc()).limit(1)).one())
