import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from extensions import db
from models import Delivery, Event, Location, Transaction, writing
from resources.local_days import today_at
from resources.settlement import settle_batch
from resources.transaction_batches import BATCHES
from resources.transactions import update_transaction
from schemas.refusals import Conflict, Forbidden, NotFound
from tests.payments import ACCOUNT, BANK, MERCHANT, open_accounts, payment
from tests.world import World, counts


@pytest.fixture(autouse=True)
def accounts(world: World) -> None:
    open_accounts(world)


def batch_of(transaction: Transaction) -> str:
    assert transaction.transaction_batch_id is not None
    return transaction.transaction_batch_id


def test_settling_closes_the_batch_and_settles_what_waits_in_it(world: World) -> None:
    owner = world.actor("owner")
    sale, voided, held = payment(world), payment(world), payment(world, action="authonly")
    update_transaction(owner, voided.id, {"action": "void"})
    refund = update_transaction(owner, sale.id, {"action": "refund"})
    debit = payment(world, action="debit", **{**ACCOUNT, "exp_date": None})
    before = {event.id for event in db.session.scalars(select(Event))}
    batch = settle_batch(owner, batch_of(sale))
    assert (batch.is_open, batch.processing_status_id, batch.batch_num) == (False, 2, 1)
    day = today_at(world.here)
    assert batch.settlement_file_name == f"{day.replace('-', '')}-000001.txt"
    assert batch.batch_close_ts is not None
    db.session.rollback()
    stands = {one.id: (one.status_id, one.settle_date) for one in db.session.scalars(select(Transaction))}
    assert stands == {
        sale.id: (134, day),
        refund.id: (134, day),
        voided.id: (201, None),
        held.id: (102, None),
        debit.id: (131, None),
    }
    events = db.session.scalars(select(Event).where(Event.id.not_in(before)).order_by(Event.id)).all()
    assert [(event.resource, event.type, event.record_id) for event in events] == [
        ("transaction", "UPDATE", sale.id),
        ("transaction", "UPDATE", refund.id),
        ("transactionbatch", "UPDATE", batch.id),
    ]
    assert [json.loads(event.data).get("status_id") for event in events] == [134, 134, None]
    told = json.loads(events[-1].data)
    assert (told["is_open"], told["processing_status_id"], told["settlement_file_name"]) == (
        0,
        2,
        batch.settlement_file_name,
    )


def test_the_next_sale_opens_the_next_batch(world: World) -> None:
    first = payment(world)
    settle_batch(world.actor("owner"), batch_of(first))
    second = payment(world)
    assert (first.batch, second.batch) == ("1", "2")
    assert batch_of(first) != batch_of(second)


def test_a_batch_settles_once(world: World) -> None:
    owner, sale = world.actor("owner"), payment(world)
    settle_batch(owner, batch_of(sale))
    before = counts()
    with pytest.raises(Conflict, match="settled before"):
        settle_batch(owner, batch_of(sale))
    assert counts() == before


def test_a_completed_authorization_settles_with_the_batch_it_joins(world: World) -> None:
    owner, held = world.actor("owner"), payment(world, action="authonly")
    settle_batch(owner, batch_of(payment(world)))
    completed = update_transaction(owner, held.id, {"action": "authcomplete"})
    assert completed.batch == "2"


def test_what_was_settled_is_refunded_and_not_voided(world: World) -> None:
    owner, sale = world.actor("owner"), payment(world)
    settle_batch(owner, batch_of(sale))
    with pytest.raises(Conflict, match=r"was settled: void is not possible\. What is possible: refund, edit\."):
        update_transaction(owner, sale.id, {"action": "void"})
    refund = update_transaction(owner, sale.id, {"action": "refund"})
    assert refund.batch == "2"


def test_configs_hear_of_their_own_product_transaction(world: World) -> None:
    asked = world.config(resource="transactionbatch", product_transaction_id=MERCHANT, expands="changelogs")
    world.config(resource="transactionbatch", product_transaction_id=BANK)
    settle_batch(world.actor("owner"), batch_of(payment(world)))
    created, updated = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert {created.postback_config_id, updated.postback_config_id} == {asked.id}
    assert list(json.loads(updated.data or "")) == [
        "id",
        "batch_num",
        "product_transaction_id",
        "created_ts",
        "processing_status_id",
        "is_open",
        "batch_close_ts",
        "settlement_file_name",
        "changelogs",
    ]


@pytest.mark.parametrize("name", ["head", "owner", "operator", "program"])
def test_who_may_settle(world: World, name: str) -> None:
    settle_batch(world.actor(name), batch_of(payment(world)))


def test_a_viewer_may_look_and_a_stranger_may_not(world: World) -> None:
    batch_id, before = batch_of(payment(world)), counts()
    assert BATCHES.get(world.actor("viewer"), batch_id).id == batch_id
    with pytest.raises(Forbidden):
        settle_batch(world.actor("viewer"), batch_id)
    for act in (BATCHES.get, settle_batch):
        with pytest.raises(NotFound):
            act(world.actor("stranger"), batch_id)
    assert db.session.scalars(BATCHES.in_sight(world.actor("stranger"))).all() == []
    assert counts() == before


@pytest.mark.parametrize(("zone", "meant"), [("Pacific/Kiritimati", "Pacific/Kiritimati"), ("Nowhere/At all", "UTC")])
def test_a_day_is_the_location_s_own(world: World, zone: str, meant: str) -> None:
    with writing(db.session()):
        db.session.get_one(Location, world.here).tz = zone
    days = {datetime.now(ZoneInfo(meant)).date().isoformat(), today_at(world.here)}
    assert days <= {today_at(world.here), datetime.now(ZoneInfo(meant)).date().isoformat()}
    assert len(days) == 1
