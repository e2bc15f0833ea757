"""Account vaults at the console. The store does not matter here: what it does is tested with the verbs."""

import re

import pytest
from sqlalchemy import select

from extensions import db
from models import AccountVault
from tests.payments import ACCOUNT_NUMBER, CARD_NUMBER
from tests.ui.console import Console, as_it_was, console_of, text_of
from tests.ui.tried import HOSTILE
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

CARD = {"payment_method": "cc", "account_number": CARD_NUMBER, "exp_date": "1230", "active": "y", "title": "Blue card"}


def path_of(world: World, rest: str = "") -> str:
    return f"/locations/{world.here}/account-vaults{rest}"


def names(console: Console, world: World, **query: str) -> list[str]:
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', console.get(path_of(world), **query).text)


def stored() -> AccountVault:
    db.session.rollback()
    return db.session.scalars(select(AccountVault)).one()


def test_adding_one_leads_to_its_page(world: World) -> None:
    world.config(resource="accountvault")
    console, contact = console_of(world, "operator"), world.contact()
    page = console.get(path_of(world, "/new"), contact=contact.id)
    assert f'value="{contact.id}"' in page.text
    answer = console.post(path_of(world, "/new"), {**CARD, "contact_id": contact.id})
    vault = stored()
    assert (answer.status_code, answer.location) == (303, path_of(world, f"/{vault.id}"))
    shown = text_of(console.get(answer.location))
    for part in ("Blue card", "Visa ···· 1111", "Expires 12/30", "Jones", "Created by you", "1 postback queued"):
        assert part in shown
    assert CARD_NUMBER not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp_date": "1330"},
        {"account_number": CARD_NUMBER + "x"},
        {"title": f"mine: {CARD_NUMBER}", "exp_date": ""},
        {"title": "4111-1111-1111-1111", "exp_date": ""},
        {"payment_method": "ach", "account_number": ACCOUNT_NUMBER, "routing": "072000326", "account_type": "savings"},
    ],
)
def test_a_refused_form_keeps_what_was_typed_but_no_number(world: World, wrong: dict[str, str]) -> None:
    with as_it_was():
        answer = console_of(world, "operator").post(path_of(world, "/new"), {**CARD, "customer_id": "C-1", **wrong})
    assert answer.status_code == 422
    assert "Please correct what is marked below" in answer.text
    assert 'value="C-1"' in answer.text
    bare = re.sub(r"[^0-9]", "", answer.text)
    assert CARD_NUMBER not in bare
    assert ACCOUNT_NUMBER not in bare
    assert "072000326" not in bare


def test_changing_one_shows_what_changed(world: World) -> None:
    vault = world.vault(title="Old name", billing_zip="04101")
    console = console_of(world, "operator")
    form = console.get(path_of(world, f"/{vault.id}/edit")).text
    assert 'value="Old name"' in form
    assert "account_number" not in form
    sent = {"title": "New name", "exp_date": "1231", "billing_zip": ""}
    assert console.post(path_of(world, f"/{vault.id}/edit"), sent).status_code == 303
    shown = text_of(console.get(path_of(world, f"/{vault.id}")))
    for part in ("title Old name → became New name", "exp date 1230", "billing zip 04101 → became empty", "Inactive"):
        assert part in shown


def test_a_deleted_one_keeps_its_history(world: World) -> None:
    vault = world.vault()
    console = console_of(world, "operator")
    assert "Delete Visa ···· 1111?" in text_of(console.get(path_of(world, f"/{vault.id}/delete")))
    assert console.post(path_of(world, f"/{vault.id}/delete")).status_code == 303
    assert names(console, world) == []
    shown = console.get(path_of(world, f"/{vault.id}")).text
    assert "Deleted" in shown
    assert f"/{vault.id}/edit" not in shown
    assert console.get(path_of(world, f"/{vault.id}/edit")).status_code == 404


def test_the_list_filters_and_exports_what_it_shows(world: World) -> None:
    contact = world.contact()
    world.vault(title="Blue card", contact_id=contact.id)
    world.vault(title="Old card", active="0")
    bank: dict[str, object] = {
        "payment_method": "ach",
        "account_number": ACCOUNT_NUMBER,
        "routing": "072000326",
        "exp_date": None,
    }
    world.vault("owner", **{**bank, "title": "=Bank", "account_type": "checking", "account_holder_name": "Mei"})
    console = console_of(world, "viewer")
    assert names(console, world) == ["=Bank", "Old card", "Blue card"]
    assert names(console, world, method="ach") == names(console, world, q="mei 0123") == ["=Bank"]
    assert names(console, world, active="no", method="cc") == ["Old card"]
    assert names(console, world, contact=contact.id) == ["Blue card"]
    assert "No account vaults match" in console.get(path_of(world), q="nobody").text
    link = re.search(r'href="([^"]+\.csv[^"]*)"', console.get(path_of(world), method="ach").text)
    assert link
    exported = console.client.get(link[1].replace("&amp;", "&"))
    assert exported.mimetype == "text/csv"
    [header, line] = exported.text.splitlines()
    assert header.startswith("id,payment_method,title,")
    assert ",ach,'=Bank,Mei," in line


def test_hostile_text_stays_text(world: World) -> None:
    vault = world.vault(title=HOSTILE[:64], account_holder_name="{{7*7}}")
    console = console_of(world, "operator")
    for path in ("", f"/{vault.id}", f"/{vault.id}/edit", f"/{vault.id}/delete"):
        page = console.get(path_of(world, path)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_who_may_not_is_told_why_and_changes_nothing(world: World) -> None:
    vault = world.vault()
    viewer, stranger = console_of(world, "viewer"), console_of(world, "stranger")
    assert "Your role here may not add account vaults." in viewer.get(path_of(world)).text
    assert "Your role here may not delete account vaults." in viewer.get(path_of(world, f"/{vault.id}")).text
    with as_it_was():
        for rest in ("/new", f"/{vault.id}/edit", f"/{vault.id}/delete"):
            assert viewer.post(path_of(world, rest), CARD).status_code == 403
            assert viewer.get(path_of(world, rest)).status_code == 403
            assert stranger.post(path_of(world, rest), CARD).status_code == 404
        for rest in ("", f"/{vault.id}", "/export.csv"):
            assert stranger.get(path_of(world, rest)).status_code == 404
            assert (
                console_of(world, "head").get(f"/locations/{world.elsewhere}/account-vaults/{vault.id}").status_code
                == 404
            )
