"""Locations and their records in a real browser: axe, nothing wider than the page, the live search, and no scripts."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from docs.week import plant_week
from extensions import db, settings
from models import TransactionBatch
from postbacks.encryption import Vault
from resources.contacts import update_contact
from resources.transactions import update_transaction
from tests.browser import axe
from tests.payments import ACCOUNT, MERCHANT, open_accounts, payment
from tests.ui.console import OpenScreen
from tests.ui.tried import HOSTILE
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
EMPTY = "demo-week-mill"


def full_world(world: World) -> list[str]:
    """A week, with something long or hostile wherever a record can be named; the paths that show it."""
    plant_week(db.session(), world.here, world.root, Vault(settings().fernet_keys))
    open_accounts(world)
    long = {"last_name": "W" * 64, "first_name": HOSTILE[:60], "company_name": "M" * 64}
    contact = world.contact(**long, header_message=HOSTILE[:200])
    update_contact(world.actor("owner"), contact.id, {"header_message": "x" * 250, "city": "Portland"})
    vault = world.vault(contact_id=contact.id, title="T" * 64, account_holder_name=HOSTILE[:60], exp_date="0120")
    sale = payment(world, description="D" * 64, order_num="O" * 32, account_holder_name="H" * 64)
    update_transaction(world.actor("owner"), sale.id, {"action": "refund", "transaction_amount": "1.00"})
    payment(world, transaction_amount="6.16")
    auth = payment(world, action="authonly")
    payment(world, action="debit", **ACCOUNT)
    batch = db.session.get(TransactionBatch, sale.transaction_batch_id)
    assert batch
    here = f"/locations/{world.here}"
    return [
        *("/locations", "/locations?q=zzz", here, f"{here}/settings/location", f"/locations/{EMPTY}/transactions"),
        *(f"{here}/contacts", f"{here}/contacts/{contact.id}", f"{here}/contacts/{contact.id}/edit"),
        *(f"{here}/account-vaults", f"{here}/account-vaults/{vault.id}", f"{here}/account-vaults/new"),
        *(f"{here}/transactions?contact=nobody", f"{here}/transactions", f"{here}/transactions/{sale.id}"),
        *(f"{here}/transactions/{auth.id}/authcomplete", f"{here}/transactions/new", f"{here}/batches"),
        *(f"{here}/batches/{batch.id}", f"{here}/batches/{batch.id}/settle", f"/locations/{EMPTY}/account-vaults"),
    ]


def test_long_and_hostile_texts_leave_every_screen_sound(world: World, open_screen: OpenScreen) -> None:
    paths = full_world(world)
    page = open_screen("/locations", name="head", theme="dark", width=360).page
    for path in paths:
        page.goto(path)
        assert not page.evaluate(TOO_WIDE), path
    viewer = open_screen("/locations", name="viewer", width=360).page
    for path in paths[5:7] + paths[13:14] + paths[16:17]:
        viewer.goto(path)
        assert axe(viewer) == [], path
        assert not viewer.evaluate(TOO_WIDE), path


def test_search_and_filters_answer_at_once_and_stand_in_the_address(world: World, open_screen: OpenScreen) -> None:
    open_accounts(world)
    payment(world, order_num="A-1")
    payment(world, order_num="A-2", transaction_amount="6.16")
    page = open_screen(f"/locations/{world.here}/transactions").page
    page.keyboard.press("/")
    page.keyboard.type("a-")
    page.get_by_label("Status").select_option("Declined")
    expect(page.locator(".row-link")).to_have_count(1)
    expect(page.get_by_role("cell", name="A-2")).to_be_visible()
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["q"], asked["status"]) == (["a-"], ["declined"])
    exported = page.get_by_role("link", name="Export CSV").get_attribute("href")
    assert exported
    assert parse_qs(urlsplit(exported).query)["status"] == ["declined"]
    page.get_by_label("Search transactions").fill("nobody")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator(".row-link")).to_have_count(2)


def test_the_whole_way_without_scripts(world: World, open_screen: OpenScreen) -> None:
    open_accounts(world)
    world.config(resource="transaction", product_transaction_id=MERCHANT)
    watched = open_screen(f"/locations/{world.here}", java_script=False)
    watched.expect("status of 422")
    page = watched.page
    page.get_by_role("link", name="Transactions").click()
    page.get_by_role("link", name="Add transaction").first.click()
    page.get_by_label("Amount").fill("12.50")
    page.get_by_label("Number", exact=True).fill("4111111111111111")
    page.get_by_role("button", name="Add transaction").click()
    expect(page.get_by_role("alert")).to_contain_text("Expires cannot be blank.")
    expect(page.get_by_label("Amount")).to_have_value("12.50")
    expect(page.get_by_label("Number", exact=True)).to_have_value("")
    page.get_by_label("Number", exact=True).fill("4111111111111111")
    page.get_by_label("Expires").fill("1230")
    page.get_by_role("button", name="Add transaction").click()
    expect(page.get_by_role("status").first).to_contain_text("1 postback queued")
    page.get_by_role("link", name="Void").click()
    page.get_by_role("button", name="Void the transaction").click()
    expect(page.get_by_role("heading", name="Sale of 12.50")).to_contain_text("Voided")
    page.get_by_role("link", name="Queued").first.click()
    expect(page.locator(".standing-line")).to_contain_text("Queued")
