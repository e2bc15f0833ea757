from typing import Any

import pytest
from sqlalchemy import select

from extensions import db
from models import AuditEntry, Event, Location, ProductTransaction, Transaction, User, writing
from resources.contacts import delete_contact
from resources.transactions import TRANSACTIONS, create_transaction, update_transaction
from schemas.refusals import Conflict, Invalid
from schemas.transaction import transaction_shape
from tests.payments import ACCOUNT, BANK, CARD, MERCHANT, open_accounts, payment, vault
from tests.world import World, counts

NO_CARD: dict[str, Any] = dict.fromkeys(CARD)


@pytest.fixture(autouse=True)
def accounts(world: World) -> None:
    open_accounts(world)


def errors_of(world: World, **fields: Any) -> dict[str, list[str]]:
    before = counts()
    with pytest.raises(Invalid) as refused:
        payment(world, **fields)
    assert counts() == before
    return refused.value.errors


def act(world: World, transaction: Transaction, action: str, **fields: object) -> Transaction:
    return update_transaction(world.actor("owner"), transaction.id, {"action": action, **fields})


@pytest.mark.parametrize(
    ("fields", "type_id", "status_id"),
    [
        ({"action": "sale"}, 20, 101),
        ({"action": "authonly"}, 20, 102),
        ({"action": "force", "auth_code": "A1B2C3"}, 20, 101),
        ({"action": "refund"}, 30, 111),
        ({"action": "avsonly", "transaction_amount": None}, 21, 121),
        ({"action": "debit", **ACCOUNT, "exp_date": None}, 50, 131),
        ({"action": "credit", **ACCOUNT, "exp_date": None}, 40, 131),
        ({"action": "refund", **ACCOUNT, "exp_date": None}, 30, 131),
        ({"action": "sale", "transaction_amount": "5.00"}, 20, 301),
        ({"action": "debit", **ACCOUNT, "exp_date": None, "transaction_amount": "6.31"}, 50, 301),
    ],
)
def test_an_action_makes_a_type_and_a_status(
    world: World, fields: dict[str, Any], type_id: int, status_id: int
) -> None:
    made = payment(world, **fields)
    assert (made.type_id, made.status_id) == (type_id, status_id)
    assert (made.transaction_batch_id is not None) is (status_id in {101, 111, 131})


def test_what_was_agreed_by_telephone_is_approved_whatever_the_amount(world: World) -> None:
    made = payment(world, action="force", auth_code="A1B2C3", transaction_amount="5.00")
    assert (made.status_id, made.auth_code, made.reason_code_id) == (101, "A1B2C3", 1000)


def test_of_a_bank_account_nothing_is_kept_that_would_give_it_away(world: World) -> None:
    long = payment(world, action="debit", **{**ACCOUNT, "exp_date": None})
    short = payment(world, action="debit", **{**ACCOUNT, "exp_date": None, "account_number": "12345"})
    assert (long.first_six, long.last_four, long.account_type, long.routing) == (None, "0123", "checking", None)
    assert (short.first_six, short.last_four) == (None, "45")
    assert (long.product_transaction_id, len(long.effective_date or "")) == (BANK, 10)


def test_a_vault_pays_with_what_it_keeps(world: World) -> None:
    kept = vault(world)
    made = payment(world, **NO_CARD, account_vault_id=kept.id)
    assert (made.payment_method, made.first_six, made.last_four, made.account_type) == ("cc", "545454", "5454", "mc")
    assert (made.account_vault_id, made.is_accountvault, made.account_holder_name) == (kept.id, True, "Kept Name")


def test_an_earlier_transaction_pays_again_with_its_card(world: World) -> None:
    first = payment(world)
    again = payment(world, **NO_CARD, previous_transaction_id=first.id)
    assert (again.last_four, again.type_id, again.previous_transaction_id) == ("1111", 20, None)


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"payment_method": "ach"}, "routing", "Routing cannot be blank."),
        ({"action": "debit"}, "action", "Action must be one of sale, authonly, force, refund, avsonly for cc."),
        (
            {"action": "sale", **ACCOUNT, "exp_date": None},
            "action",
            "Action must be one of debit, credit, refund for ach.",
        ),
        ({"product_transaction_id": "none"}, "product_transaction_id", "product_transaction_id provided is not valid"),
        ({"product_transaction_id": BANK}, "product_transaction_id", "Product Transaction Id is not one for cc."),
        ({"contact_id": "none"}, "contact_id", "contact_id provided is not valid"),
        (
            {**NO_CARD, "account_vault_id": "none"},
            "account_vault_id",
            "account_vault_id provided is not valid",
        ),
        (
            {**NO_CARD, "previous_transaction_id": "none"},
            "previous_transaction_id",
            "previous_transaction_id provided is not valid",
        ),
        ({"location_id": "none"}, "location_id", "location_id provided is not valid"),
        ({"exp_dat": "1230"}, "exp_dat", "exp_dat is not a known field."),
    ],
)
def test_what_does_not_fit_is_refused_by_name(world: World, fields: dict[str, Any], field: str, says: str) -> None:
    assert errors_of(world, **fields) == {field: [says]}


def test_what_belongs_to_another_location_is_not_valid(world: World) -> None:
    with writing(db.session()):
        db.session.add(
            ProductTransaction(id="theirs", location_id=world.elsewhere, payment_method="cc", title="Theirs")
        )
    theirs = world.contact("stranger", location_id=world.elsewhere)
    foreign = vault(world, location_id=world.elsewhere)
    sale = payment(world, "stranger", location_id=world.elsewhere, product_transaction_id="theirs")
    none = NO_CARD
    assert list(errors_of(world, product_transaction_id="theirs")) == ["product_transaction_id"]
    assert list(errors_of(world, contact_id=theirs.id)) == ["contact_id"]
    assert list(errors_of(world, **none, account_vault_id=foreign.id)) == ["account_vault_id"]
    for action in ("sale", "refund"):
        fields = {**none, "action": action, "previous_transaction_id": sale.id}
        assert list(errors_of(world, **fields)) == ["previous_transaction_id"]


def test_what_was_put_away_takes_no_part(world: World) -> None:
    contact, idle, gone = world.contact(), vault(world, active=False), vault(world, deleted_ts=1)
    delete_contact(world.actor("owner"), contact.id)
    assert list(errors_of(world, contact_id=contact.id)) == ["contact_id"]
    for kept in (idle, gone):
        assert list(errors_of(world, **NO_CARD, account_vault_id=kept.id)) == ["account_vault_id"]
    with writing(db.session()):
        db.session.get_one(ProductTransaction, MERCHANT).active = False
    assert errors_of(world) == {"product_transaction_id": ["Product Transaction Id is not active."]}
    with writing(db.session()):
        db.session.get_one(ProductTransaction, MERCHANT).deleted_ts = 1
    assert errors_of(world) == {"product_transaction_id": ["product_transaction_id provided is not valid"]}


def test_without_a_default_the_merchant_account_must_be_named(world: World) -> None:
    with writing(db.session()):
        db.session.get_one(Location, world.here).default_cc = None
    assert errors_of(world) == {"product_transaction_id": ["Product Transaction Id cannot be blank."]}
    assert payment(world, product_transaction_id=MERCHANT).status_id == 101


def test_without_a_primary_location_the_location_must_be_named(world: World) -> None:
    with writing(db.session()):
        db.session.get_one(User, world.users["owner"].id).primary_location_id = None
    assert errors_of(world) == {"location_id": ["Location Id cannot be blank."]}
    assert payment(world, location_id=world.here).location_id == world.here


def test_a_transaction_api_id_is_taken_once_in_a_location(world: World) -> None:
    payment(world, transaction_api_id="A1")
    assert errors_of(world, transaction_api_id="A1") == {
        "transaction_api_id": ["Transaction Api Id has already been taken."]
    }


def test_a_refund_by_reference_is_the_same_through_either_door(world: World) -> None:
    contact = world.contact()
    sale = payment(world, contact_id=contact.id, billing_zip="32606")
    by_put = act(world, sale, "refund", transaction_amount="3.00")
    actor, reference = world.actor("owner"), {"action": "refund", "previous_transaction_id": sale.id}
    by_post = create_transaction(actor, {**reference, "transaction_amount": "3.00"})
    own = {"id", "created_ts", "modified_ts"}
    one, other = (
        {name: value for name, value in transaction_shape(made).items() if name not in own}
        for made in (by_put, by_post)
    )
    assert one == other
    assert (one["contact_id"], one["billing_zip"], one["auth_code"]) == (contact.id, "32606", None)
    assert create_transaction(actor, reference).transaction_amount == 400
    with pytest.raises(Conflict, match=r"10\.00 of it was refunded: refund is not possible"):
        create_transaction(actor, reference)


def test_a_voided_refund_may_be_given_again(world: World) -> None:
    sale = payment(world)
    refund = act(world, sale, "refund")
    act(world, refund, "void")
    assert act(world, sale, "refund").transaction_amount == 1000


def test_a_contact_that_is_not_of_the_location_is_no_edit(world: World) -> None:
    sale, contact = payment(world), world.contact()
    assert act(world, sale, "edit", contact_id=contact.id).contact_id == contact.id
    theirs = world.contact("stranger", location_id=world.elsewhere)
    with pytest.raises(Invalid):
        act(world, sale, "edit", contact_id=theirs.id)
    delete_contact(world.actor("owner"), contact.id)
    assert act(world, sale, "edit", contact_id=contact.id, description="kept").description == "kept"
    assert act(world, sale, "edit", contact_id="").contact_id is None


def test_every_change_names_who_made_it(world: World) -> None:
    sale = payment(world, "operator")
    update_transaction(world.actor("owner"), sale.id, {"action": "void"})
    stored = TRANSACTIONS.get(world.actor("owner"), sale.id)
    assert stored.created_user_id == world.users["operator"].id
    assert stored.modified_user_id == world.users["owner"].id
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.record_id == sale.id).order_by(AuditEntry.id))
    assert [(entry.username, entry.action) for entry in entries] == [("operator", "create"), ("owner", "update")]
    events = db.session.scalars(select(Event).where(Event.record_id == sale.id)).all()
    assert {event.product_transaction_id for event in events} == {MERCHANT}
