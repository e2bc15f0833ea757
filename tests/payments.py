"""Merchant accounts and payments to act with."""

from typing import Any

from werkzeug.test import TestResponse

from extensions import db
from models import AccountVault, Location, ProductTransaction, Transaction, User, new_id, writing
from resources.transactions import create_transaction
from tests.world import Api, World

CARD_NUMBER = "4111111111111111"
ACCOUNT_NUMBER = "1234567890123"
MERCHANT, BANK = "card-merchant-of-the-tests", "bank-merchant-of-the-tests"
CARD: dict[str, Any] = {"payment_method": "cc", "account_number": CARD_NUMBER, "exp_date": "1230"}
ACCOUNT: dict[str, Any] = {
    "payment_method": "ach",
    "account_number": ACCOUNT_NUMBER,
    "routing": "072000326",
    "account_type": "checking",
    "account_holder_name": "Ann Jones",
}


def open_accounts(world: World) -> None:
    """A merchant account for each way of paying: those that `here` uses unless told otherwise, and everybody's home."""
    with writing(db.session()):
        for id_, method in ((MERCHANT, "cc"), (BANK, "ach")):
            db.session.add(
                ProductTransaction(id=id_, location_id=world.here, payment_method=method, title=f"By {method}")
            )
        here = db.session.get_one(Location, world.here)
        here.default_cc, here.default_ach = MERCHANT, BANK
        for user in world.users.values():
            db.session.get_one(User, user.id).primary_location_id = world.here


def vault(world: World, **fields: object) -> AccountVault:
    """A card that was kept."""
    usual = {"payment_method": "cc", "first_six": "545454", "last_four": "5454", "account_type": "mc"}
    named = {"location_id": world.here, "account_holder_name": "Kept Name"}
    kept = AccountVault(id=new_id(), **{**usual, **named, **fields})
    with writing(db.session()):
        db.session.add(kept)
    return kept


def payment(world: World, name: str = "owner", **fields: Any) -> Transaction:
    """A sale of 10.00, unless the fields say otherwise."""
    sale = {"action": "sale", "transaction_amount": "10.00", **CARD}
    return create_transaction(world.actor(name), {**sale, **fields})


def pay(api: Api, **fields: object) -> TestResponse:
    """The same through the API."""
    sale = {"action": "sale", "transaction_amount": "10.00", **CARD}
    return api.post("transactions", {"transaction": {**sale, **fields}})


def act(api: Api, transaction_id: str, action: str, **fields: object) -> TestResponse:
    return api.put(f"transactions/{transaction_id}", {"transaction": {"action": action, **fields}})


def record(response: TestResponse) -> dict[str, Any]:
    """The record in an answer that is none of an error."""
    assert response.status_code in {200, 201}, response.text
    [found] = response.get_json().values()
    return dict(found)
