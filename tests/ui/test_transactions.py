"""Transactions and batches at the console. The store does not matter here: what it does is tested with the verbs."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from extensions import db
from models import Transaction, TransactionBatch
from resources.transactions import update_transaction
from tests.payments import ACCOUNT, CARD_NUMBER, MERCHANT, open_accounts, payment
from tests.ui.console import Console, as_it_was, console_of, text_of
from tests.ui.tried import HOSTILE
from tests.world import World

pytestmark = [pytest.mark.parametrize("app", ["sqlite"], indirect=True), pytest.mark.usefixtures("accounts")]

SALE = {
    "action": "sale",
    "transaction_amount": "12.50",
    "account_number": CARD_NUMBER,
    "payment_method": "cc",
    "exp_date": "1230",
}


@pytest.fixture
def accounts(world: World) -> None:
    open_accounts(world)


def path_of(world: World, rest: str = "") -> str:
    return f"/locations/{world.here}/transactions{rest}"


def newest() -> Transaction:
    db.session.rollback()
    found = db.session.scalars(select(Transaction).order_by(Transaction.id.desc())).first()
    assert found
    return found


def amounts(console: Console, world: World, **query: str) -> list[str]:
    return re.findall(r'data-label="Amount">([^<]+)<', console.get(path_of(world), **query).text)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "The transaction is made: approved. 1 postback queued"),
        ({"transaction_amount": "6.16"}, "The transaction is made: declined."),
        ({"action": "authonly", "description": "later"}, "The transaction is made: authorized."),
        ({"action": "debit", **ACCOUNT}, "The transaction is made: pending."),
        ({"payment_method": "ach", "action": "avsonly"}, None),
    ],
)
def test_the_form_makes_payments_that_the_amount_decides(
    world: World, sent: Mapping[str, object], says: str | None
) -> None:
    world.config(resource="transaction", product_transaction_id=MERCHANT)
    console = console_of(world, "operator")
    answer = console.post(path_of(world, "/new"), {**SALE, **sent})
    if says is None:
        assert answer.status_code == 422
        return
    assert (answer.status_code, answer.location) == (303, path_of(world, f"/{newest().id}"))
    page = console.get(answer.location)
    assert says in text_of(page)
    assert "Created by you" in text_of(page)
    assert CARD_NUMBER not in page.text


def test_a_vault_pays_without_a_number(world: World) -> None:
    vault = world.vault(account_holder_name="Ada Okafor")
    console = console_of(world, "operator")
    form = console.get(path_of(world, "/new"), vault=vault.id).text
    assert f'name="account_vault_id" type="text" value="{vault.id}"' in form
    assert f'<option value="{vault.id}">Visa ···· 1111, Ada Okafor</option>' in form
    answer = console.post(path_of(world, "/new"), {**SALE, "account_number": "", "account_vault_id": vault.id})
    assert answer.status_code == 303
    assert (newest().account_vault_id, newest().account_holder_name) == (vault.id, "Ada Okafor")


@pytest.mark.parametrize(
    "wrong", [{"transaction_amount": "x"}, {"exp_date": ""}, {"action": "no"}, {"description": CARD_NUMBER}]
)
def test_a_refused_form_shows_no_number(world: World, wrong: dict[str, str]) -> None:
    answer = console_of(world, "operator").post(
        path_of(world, "/new"), {**SALE, "order_num": "A-1", "cvv": "987", **wrong}
    )
    assert answer.status_code == 422
    assert 'value="A-1"' in answer.text
    assert CARD_NUMBER not in answer.text.replace("Try 4111111111111111", "")
    assert 'value="987"' not in answer.text


def test_the_list_filters_and_exports_what_it_shows(world: World) -> None:
    contact = world.contact()
    payment(world, transaction_amount="1.00", order_num="A-1", contact_id=contact.id)
    payment(world, transaction_amount="6.16", account_holder_name="Bo")
    payment(world, action="debit", transaction_amount="3.00", **ACCOUNT)
    console = console_of(world, "viewer")
    assert amounts(console, world) == ["3.00", "6.16", "1.00"]
    for query, found in (
        ({"status": "declined"}, ["6.16"]),
        ({"method": "ach"}, ["3.00"]),
        ({"type": "sale", "q": "a-1"}, ["1.00"]),
        ({"contact": contact.id}, ["1.00"]),
        ({"q": "1111 bo"}, ["6.16"]),
    ):
        assert amounts(console, world, **query) == found, query
    exported = console.get(path_of(world, "/export.csv"), status="declined")
    assert exported.status_code == 200, text_of(exported)
    lines = exported.text.splitlines()
    assert len(lines) == 2
    assert ",6.16," in lines[1]


def test_what_can_be_done_is_done_and_told(world: World) -> None:
    console = console_of(world, "operator")
    auth = payment(world, action="authonly", transaction_amount="20.00")
    page = path_of(world, f"/{auth.id}")
    shown = text_of(console.get(page))
    assert "It is only authorized; no money was taken that could go back." in shown
    assert 'value="20.00"' in console.get(f"{page}/authcomplete").text
    assert console.post(f"{page}/authcomplete", {"transaction_amount": "15.00"}).location == page
    assert "status Authorized → became Approved" in text_of(console.get(page))
    refund = console.post(f"{page}/refund", {"transaction_amount": "5.00"})
    assert refund.location == path_of(world, f"/{newest().id}") != page
    assert "The refund is made." in text_of(console.get(refund.location))
    assert "5.00 of it was refunded." in text_of(console.get(page))
    too_much = console.post(f"{page}/refund", {"transaction_amount": "11.00"})
    assert too_much.status_code == 422
    assert "must be at most 10.00" in too_much.text


def test_what_is_too_late_says_so_and_does_nothing(world: World) -> None:
    console = console_of(world, "operator")
    sale = payment(world)
    page = path_of(world, f"/{sale.id}")
    assert console.post(f"{page}/void").status_code == 303
    why = "Nothing was done. It was voided; it can no longer be voided."
    with as_it_was():
        assert console.post(f"{page}/void").location == page
    assert why in text_of(console.get(page))
    assert console.get(f"{page}/void").location == page
    assert why in text_of(console.get(page))
    assert console.get(f"{page}/explode").status_code == 404
    assert console.post(f"{page}/explode").status_code == 404


def test_words_stay_changeable(world: World) -> None:
    console, sale = console_of(world, "operator"), payment(world, description=HOSTILE[:64])
    page = path_of(world, f"/{sale.id}")
    assert "<script>alert" not in console.get(page).text + console.get(f"{page}/edit").text
    assert console.post(f"{page}/edit", {"description": "A vase", "contact_id": "nobody"}).status_code == 422
    assert console.post(f"{page}/edit", {"description": "A vase"}).location == page
    assert "A vase" in text_of(console.get(page))


def test_a_batch_is_settled_after_a_question(world: World) -> None:
    world.config(resource="transactionbatch", product_transaction_id=MERCHANT)
    payment(world, transaction_amount="10.00")
    sale = payment(world, transaction_amount="4.00")
    update_transaction(world.actor("owner"), sale.id, {"action": "refund", "transaction_amount": "2.00"})
    console, batches = console_of(world, "operator"), f"/locations/{world.here}/batches"
    [batch] = db.session.scalars(select(TransactionBatch)).all()
    assert re.search(r"Batch 1 Open By cc 3 12.00", text_of(console.get(batches)))
    assert "Settle Batch 1?" in text_of(console.get(f"{batches}/{batch.id}/settle"))
    assert console.post(f"{batches}/{batch.id}/settle").location == f"{batches}/{batch.id}"
    shown = text_of(console.get(f"{batches}/{batch.id}"))
    assert "Batch 1 is settled with 3 transactions, each of which is told by itself. 1 postback queued" in shown
    assert "is open yes → became no" in shown
    assert "was settled before" in text_of(console.client.get(f"{batches}/{batch.id}/settle", follow_redirects=True))
    with as_it_was():
        console.post(f"{batches}/{batch.id}/settle")
    assert "No batches match" in console.get(batches, state="open").text
    assert len(amounts(console, world, batch=batch.id)) == 3
    assert len(console.get(f"{batches}/export.csv").text.splitlines()) == 2


def test_who_may_not_is_told_why_and_changes_nothing(world: World) -> None:
    sale = payment(world)
    viewer, stranger = console_of(world, "viewer"), console_of(world, "stranger")
    [batch] = db.session.scalars(select(TransactionBatch)).all()
    settle = f"/locations/{world.here}/batches/{batch.id}/settle"
    for path, reason in (
        (path_of(world), "Your role here may not add transactions."),
        (path_of(world, f"/{sale.id}"), "Your role here may not change transactions."),
        (f"/locations/{world.here}/batches", "Your role here may not settle batches."),
    ):
        assert reason in viewer.get(path).text
    with as_it_was():
        for path in (
            path_of(world, "/new"),
            path_of(world, f"/{sale.id}/void"),
            path_of(world, f"/{sale.id}/edit"),
            settle,
        ):
            assert viewer.get(path).status_code == 403
            assert viewer.post(path, SALE).status_code == 403
            assert stranger.post(path, SALE).status_code == 404
            assert stranger.get(path).status_code == 404
