"""A day at the till: what the integrator's server is told of each payment, and of the settlement in the evening."""

import pytest

from tests.flows.flow import Flow
from tests.payments import ACCOUNT, BANK, CARD_NUMBER, MERCHANT, act, open_accounts, pay, record
from tests.received import Received

BATCH = 40


@pytest.fixture(autouse=True)
def accounts(flow: Flow) -> None:
    with flow.world.app.app_context():
        open_accounts(flow.world)


def told(arrived: list[Received]) -> list[tuple[str, str, object, object]]:
    """Type, resource and what tells the states of the record apart."""
    return [
        (one.type, dict(one.fields)["resource"], one.data.get("status_id"), one.data.get("processing_status_id"))
        for one in arrived
    ]


def test_each_change_of_a_payment_arrives(flow: Flow) -> None:
    flow.config(path="/payments", resource="transaction", product_transaction_id=MERCHANT, expands="is_voidable")
    flow.config(path="/batches", resource="transactionbatch", product_transaction_id=MERCHANT)
    flow.config(path="/bank", resource="transaction", product_transaction_id=BANK)
    flow.processes.worker()
    api = flow.api

    sale = record(pay(api, description="first"))
    flow.receiver.wait_for(1, "/payments")
    declined = record(pay(api, transaction_amount="6.15"))
    flow.receiver.wait_for(2, "/payments")
    voided = record(pay(api))
    flow.receiver.wait_for(3, "/payments")
    record(act(api, voided["id"], "void"))
    flow.receiver.wait_for(4, "/payments")
    refund = record(act(api, sale["id"], "refund", transaction_amount="4.00"))
    flow.receiver.wait_for(5, "/payments")
    record(pay(api, action="debit", **{**ACCOUNT, "exp_date": None}))
    [batch] = api.get("transactionbatches", product_transaction_id=MERCHANT).get_json()["transactionbatches"]
    record(api.post(f"transactionbatches/{batch['id']}/settle"))
    arrived = flow.receiver.wait_for(7, "/payments")

    assert told(arrived[:5]) == [
        ("CREATE", "transaction", 101, None),
        ("CREATE", "transaction", 301, None),
        ("CREATE", "transaction", 101, None),
        ("UPDATE", "transaction", 201, None),
        ("CREATE", "transaction", 111, None),
    ]
    assert [one.data["id"] for one in arrived[:5]] == [
        sale["id"],
        declined["id"],
        voided["id"],
        voided["id"],
        refund["id"],
    ]
    assert [one.data["is_voidable"] for one in arrived[:5]] == [True, False, True, False, True]
    assert {(one.type, one.data["id"], one.data["status_id"]) for one in arrived[5:]} == {
        ("UPDATE", sale["id"], 134),
        ("UPDATE", refund["id"], 134),
    }
    batches = flow.receiver.wait_for(2, "/batches")
    assert sorted(told(batches)) == [("CREATE", "transactionbatch", None, 1), ("UPDATE", "transactionbatch", None, 2)]
    assert told(flow.receiver.wait_for(1, "/bank")) == [("CREATE", "transaction", 131, None)]
    assert not [one for one in flow.receiver.stays_at(10) if CARD_NUMBER.encode() in one.body]


def test_a_settled_batch_tells_of_every_payment_in_it(flow: Flow) -> None:
    flow.config(resource="transaction", product_transaction_id=MERCHANT, on_create="0")
    flow.processes.worker()
    sold = {record(pay(flow.api))["id"] for _ in range(BATCH)}
    [batch] = flow.api.get("transactionbatches").get_json()["transactionbatches"]
    record(flow.api.post(f"transactionbatches/{batch['id']}/settle"))
    arrived = flow.receiver.wait_for(BATCH)
    assert {one.data["id"] for one in arrived} == sold
    assert {(one.type, one.data["status_id"]) for one in arrived} == {("UPDATE", 134)}
    flow.all_settled(BATCH)
