import json
from typing import Any

import pytest
from sqlalchemy import select

from extensions import db
from models import Event
from schemas.transaction import TRANSACTION_KEYS
from tests.payments import CARD, CARD_NUMBER, MERCHANT, act, open_accounts, pay, record
from tests.world import Api, World, counts

# Written down a second time and apart from the product, from the published reference.
KEYS = [
    "id", "payment_method", "account_vault_id", "recurring_id", "first_six", "last_four", "account_holder_name",
    "transaction_amount", "description", "transaction_code", "avs", "batch", "order_num", "verbiage",
    "transaction_settlement_status", "effective_date", "routing", "return_date", "created_ts", "modified_ts",
    "transaction_api_id", "terms_agree", "notification_email_address", "notification_email_sent",
    "response_message", "auth_amount", "auth_code", "status_id", "type_id", "location_id", "reason_code_id",
    "contact_id", "billing_zip", "billing_street", "product_transaction_id", "tax", "customer_ip", "customer_id",
    "po_number", "avs_enhanced", "cvv_response", "billing_phone", "billing_city", "billing_state", "clerk_number",
    "tip_amount", "created_user_id", "modified_user_id", "ach_identifier", "check_number", "settle_date",
    "charge_back_date", "void_date", "account_type", "is_recurring", "is_accountvault", "transaction_c1",
    "transaction_c2", "transaction_c3", "additional_amounts", "terminal_serial_number", "entry_mode_id",
    "terminal_id", "quick_invoice_id", "ach_sec_code", "custom_data", "hosted_payment_page_id", "trx_source_id",
    "emv_receipt_data",
]  # fmt: skip


@pytest.fixture
def api(world: World) -> Api:
    open_accounts(world)
    return world.api()


def events() -> list[tuple[str, str, dict[str, Any]]]:
    db.session.rollback()
    found = db.session.scalars(select(Event).order_by(Event.id))
    return [(event.resource, event.type, json.loads(event.data)) for event in found]


def test_a_sale_is_answered_with_the_documented_keys_in_order(api: Api) -> None:
    answer = pay(api)
    assert answer.status_code == 201
    made = record(answer)
    assert list(made) == [*KEYS, "_links"]
    assert list(TRANSACTION_KEYS) == KEYS
    assert made["_links"]["self"]["href"] == f"http://postbacks.test/v2/transactions/{made['id']}"
    expected: dict[str, object] = {
        "payment_method": "cc",
        "first_six": "411111",
        "last_four": "1111",
        "transaction_amount": "10.00",
        "auth_amount": "10.00",
        "tax": "0.00",
        "tip_amount": "0.00",
        "batch": "1",
        "verbiage": "APPROVED",
        "response_message": None,
        "reason_code_id": 1000,
        "status_id": 101,
        "type_id": 20,
        "trx_source_id": 12,
        "product_transaction_id": MERCHANT,
        "account_type": "visa",
        "is_accountvault": False,
        "additional_amounts": [],
        "custom_data": None,
        "routing": None,
    }
    assert {name: made[name] for name in expected} == expected
    assert len(made["auth_code"]) == 6
    assert record(api.get(f"transactions/{made['id']}")) == made


def test_its_event_carries_the_same_and_the_batch_it_opened_is_told_first(api: Api) -> None:
    made = record(pay(api, custom_data={"item": "cog", "tags": [1, None]}, tags=["vip"]))
    (batch, opened, told), (resource, created, data) = events()
    assert (batch, opened, resource, created) == ("transactionbatch", "CREATE", "transaction", "CREATE")
    assert (told["batch_num"], told["is_open"], told["product_transaction_id"]) == (1, 1, MERCHANT)
    assert list(data) == KEYS
    assert {**data, "_links": made["_links"]} == made
    assert data["custom_data"] == {"item": "cog", "tags": [1, None]}


def test_a_declined_one_is_created_and_told_and_joins_no_batch(api: Api) -> None:
    answer = pay(api, transaction_amount="6.16")
    made = record(answer)
    assert answer.status_code == 201
    declined = (301, 1616, "INSUFFICIENT_FUNDS", "INSUFFICIENT_FUNDS", None, None, None)
    names = ("status_id", "reason_code_id", "verbiage", "response_message", "auth_code", "auth_amount", "batch")
    assert tuple(made[name] for name in names) == declined
    assert [(resource, type_) for resource, type_, _ in events()] == [("transaction", "CREATE")]


def test_what_may_be_embedded(api: Api, world: World) -> None:
    contact = world.contact()
    expands = (
        "contact,location,product_transaction,created_user,changelogs,tags,postback_logs,is_voidable,is_refundable"
    )
    made = record(
        api.post(
            "transactions",
            {
                "transaction": {
                    "action": "sale",
                    "transaction_amount": 1,
                    **CARD,
                    "contact_id": contact.id,
                    "tags": ["a"],
                }
            },
            expand=expands,
        )
    )
    assert list(made)[len(KEYS) :] == [*expands.split(","), "_links"]
    assert made["contact"]["id"] == contact.id
    assert made["product_transaction"]["id"] == MERCHANT
    assert made["tags"] == [{"id": "a", "title": "a"}]
    assert (made["is_voidable"], made["is_refundable"]) == (True, True)
    assert [log["action"] for log in made["changelogs"]] == ["CREATE"]


def test_a_config_gets_what_it_asked_to_have_embedded(api: Api, world: World) -> None:
    world.config(resource="transaction", product_transaction_id=MERCHANT, expands="location,is_voidable,tags")
    world.config(resource="transaction", product_transaction_id=world.product_transaction().id)
    made = record(pay(api))
    [delivery] = record_list(api.get("postbackdeliveries", expand="data"))
    data = delivery["data"]
    assert data["id"] == made["id"]
    assert list(data) == [*KEYS, "location", "is_voidable", "tags"]


def record_list(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return next(value for name, value in response.get_json().items() if name != "meta")


def test_what_is_asked_later(api: Api) -> None:
    made = record(pay(api, action="authonly"))
    assert (made["status_id"], made["batch"]) == (102, None)
    grown = record(act(api, made["id"], "authincrement", transaction_amount="15.00"))
    assert (grown["transaction_amount"], grown["auth_amount"], grown["status_id"]) == ("15.00", "15.00", 102)
    shrunk = record(act(api, made["id"], "partialreversal", transaction_amount="12.50"))
    assert (shrunk["transaction_amount"], shrunk["auth_amount"]) == ("12.50", "12.50")
    taken = record(act(api, made["id"], "authcomplete", transaction_amount=12))
    assert (taken["transaction_amount"], taken["auth_amount"], taken["status_id"]) == ("12.00", "12.50", 101)
    assert taken["batch"] == "1"
    back = record(act(api, made["id"], "refund", transaction_amount="5.00", description="broken"))
    assert (back["type_id"], back["status_id"], back["transaction_amount"]) == (30, 111, "5.00")
    assert (back["description"], back["last_four"], back["id"] == made["id"]) == ("broken", "1111", False)
    assert record(act(api, made["id"], "refund"))["transaction_amount"] == "7.00"
    edited = record(api.put(f"transactions/{made['id']}", {"transaction": {"transaction_c1": "x", "tags": ["b"]}}))
    assert edited["transaction_c1"] == "x"
    assert [(type_, data["id"] == made["id"]) for resource, type_, data in events() if resource == "transaction"] == [
        ("CREATE", True),
        ("UPDATE", True),
        ("UPDATE", True),
        ("UPDATE", True),
        ("CREATE", False),
        ("CREATE", False),
        ("UPDATE", True),
    ]


def test_a_refusal_says_why_and_what_to_do(api: Api) -> None:
    made = record(pay(api))
    record(act(api, made["id"], "refund", transaction_amount="4.00"))
    before = counts()
    answer = act(api, made["id"], "void")
    assert answer.status_code == 409
    assert answer.get_json()["message"] == (
        "This transaction is approved and will settle with its batch, and 4.00 of it was refunded: void is not "
        "possible. What is possible: partialreversal, refund, edit."
    )
    answer = act(api, made["id"], "refund", transaction_amount="6.01")
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == {
        "transaction_amount": ["Transaction Amount must be at most 6.00: that is left to refund."]
    }
    assert counts() == before


def test_an_answer_may_be_sent_back(api: Api) -> None:
    made = record(pay(api))
    assert api.put(f"transactions/{made['id']}", {"transaction": made}).status_code == 200
    changed = api.put(f"transactions/{made['id']}", {"transaction": {**made, "status_id": 201, "last_four": "9999"}})
    assert changed.get_json()["errors"] == {
        "last_four": ["Last Four cannot be changed."],
        "status_id": ["Status Id cannot be changed."],
    }
    assert api.put(f"transactions/{made['id']}", {"transaction": {**made, "action": "void"}}).status_code == 200


def test_a_transaction_is_voided_and_never_deleted(api: Api) -> None:
    made = record(pay(api))
    assert api.delete(f"transactions/{made['id']}").status_code == 405
    voided = record(act(api, made["id"], "void"))
    assert (voided["status_id"], len(voided["void_date"])) == (201, 10)


@pytest.mark.parametrize(
    ("name", "made", "changed"),
    [("head", 201, 200), ("owner", 201, 200), ("operator", 201, 200), ("program", 201, 200), ("viewer", 403, 403)],
)
def test_who_may_take_money(api: Api, world: World, name: str, made: int, changed: int) -> None:
    sale = record(pay(api))
    caller = world.api(name)
    assert pay(caller, location_id=world.here).status_code == made
    assert act(caller, sale["id"], "void").status_code == changed
    assert caller.get(f"transactions/{sale['id']}").status_code == 200


def test_a_stranger_sees_nothing_and_takes_nothing(api: Api, world: World) -> None:
    sale, stranger, before = record(pay(api)), world.api("stranger"), counts()
    assert stranger.get(f"transactions/{sale['id']}").status_code == 404
    assert act(stranger, sale["id"], "void").status_code == 404
    assert act(stranger, sale["id"], "authcomplete").status_code == 404
    assert record_list(stranger.get("transactions")) == []
    assert pay(stranger, location_id=world.here).get_json()["errors"] == {
        "location_id": ["location_id provided is not valid"]
    }
    assert counts() == before


def test_any_column_filters_and_sorts(api: Api) -> None:
    sale = record(pay(api, custom_data={"a": 1}))
    refund = record(act(api, sale["id"], "refund", transaction_amount="3.00"))
    for name in KEYS:
        value = sale[name]
        plain = value is not None and not isinstance(value, list | dict) and "." not in str(value)
        asked = str(int(value) if isinstance(value, bool) else value) if plain else "1"
        found = record_list(api.get("transactions", sort=name, **{name: asked}))
        assert not plain or sale["id"] in {one["id"] for one in found}, name
    by_reference = record_list(api.get("transactions", previous_transaction_id=sale["id"]))
    assert [one["id"] for one in by_reference] == [refund["id"]]
    assert len(record_list(api.get("transactions", account_type="visa", status_id="101,102"))) == 1


def test_a_card_number_in_the_address_is_not_a_filter(api: Api) -> None:
    answer = api.get("transactions", account_number=CARD_NUMBER)
    assert answer.status_code == 422
    assert CARD_NUMBER not in answer.text
