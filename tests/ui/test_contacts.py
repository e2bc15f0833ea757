import re

import pytest
from sqlalchemy import select

from extensions import db
from models import Contact, Delivery
from tests.ui.console import as_it_was, console_of, text_of
from tests.ui.tried import HOSTILE
from tests.world import World

FULL = {
    "first_name": "Zoë",
    "last_name": "García-Márquez",
    "company_name": 'Acme & Sons, "Ltd."',
    "date_of_birth": "1990-12-31",
    "email": "zoe@example.com",
    "cell_phone": "2075550123",
    "email_trx_receipt": "y",
    "address": "1 Harbour St",
    "city": "Portland",
    "state": "ME",
    "zip": "04101",
    "account_number": "10001",
    "contact_api_id": "crm-1",
    "contact_balance": "12.50",
    "header_message": "two\nlines",
    "header_message_type_id": "3",
    "contact_c1": "one",
}


def contacts_path(world: World, rest: str = "") -> str:
    return f"/locations/{world.here}/contacts{rest}"


def stored() -> Contact:
    db.session.rollback()
    found = db.session.scalars(select(Contact).order_by(Contact.id.desc())).first()
    assert found
    return found


def test_adding_one_says_how_many_postbacks_it_queued(world: World) -> None:
    world.config()
    world.config()
    console = console_of(world, "operator")
    answer = console.post(contacts_path(world, "/new"), FULL, page=contacts_path(world, "/new"))
    contact = stored()
    assert (answer.status_code, answer.location) == (303, contacts_path(world, f"/{contact.id}"))
    assert (contact.first_name, contact.email_trx_receipt, contact.header_message_type_id) == ("Zoë", True, 3)
    page = console.get(answer.location)
    assert "The contact is added. 2 postbacks queued" in text_of(page)
    link = re.search(r'queued[^<]*<a href="([^"]+)">view</a>', page.text)
    assert link
    shown = console.client.get(link[1].replace("&amp;", "&"))
    assert text_of(shown).count(contact.id) >= 2
    assert len(db.session.scalars(select(Delivery)).all()) == 2


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (None, "no postback is configured for it"),
        ({"on_create": "0"}, "no postback is configured for it"),
        ({"is_active": "0"}, "every postback that asks for it is paused"),
        ({}, "1 postback queued"),
    ],
)
def test_the_count_is_the_truth(world: World, flags: dict[str, str] | None, says: str) -> None:
    if flags is not None:
        world.config(**flags)
    console = console_of(world, "operator")
    console.post(contacts_path(world, "/new"), {"last_name": "Jones"})
    assert says in text_of(console.get(contacts_path(world)))


def test_changing_one_tells_its_own_event_only(world: World) -> None:
    world.config()
    contact = world.contact(first_name="Ann", contact_api_id="crm-1")
    edit = contacts_path(world, f"/{contact.id}/edit")
    console = console_of(world, "operator")
    page = console.get(edit)
    assert 'value="Ann"' in page.text
    assert console.post(edit, {"last_name": "Smith", "first_name": "", "contact_api_id": " "}).status_code == 303
    changed = stored()
    assert (changed.first_name, changed.last_name, changed.contact_api_id) == (None, "Smith", None)
    assert "1 postback queued" in text_of(console.get(contacts_path(world)))


def test_deleting_one_asks_first(world: World) -> None:
    world.config()
    contact = world.contact(first_name="Ann", company_name=HOSTILE[:64])
    path = contacts_path(world, f"/{contact.id}/delete")
    console = console_of(world, "operator")
    with as_it_was():
        page = console.get(path)
        assert "Delete Ann Jones?" in text_of(page)
    assert console.post(path).status_code == 303
    text = text_of(console.get(contacts_path(world)))
    assert "The contact is deleted. 1 postback queued" in text
    assert "No contacts yet" in text
    assert console.get(path).status_code == 404


def test_what_is_wrong_is_named_and_what_was_typed_stays(world: World) -> None:
    console = console_of(world, "operator")
    bad = {
        **FULL,
        "last_name": "",
        "cell_phone": "12",
        "email": HOSTILE,
        "state": "Maine",
        "header_message_type_id": "9",
    }
    with as_it_was():
        answer = console.post(contacts_path(world, "/new"), bad)
    assert answer.status_code == 422
    text = text_of(answer)
    for sentence in ("Last name cannot be blank.", "Cell phone must be exactly 10 digits.", "State must be 2 letters."):
        assert sentence in text
    assert 'href="#cell_phone"' in answer.text
    assert 'value="García-Márquez"' not in answer.text
    assert 'value="Zoë"' in answer.text
    assert "<script>alert" not in answer.text


def test_a_name_of_the_crm_is_unique(world: World) -> None:
    world.contact(contact_api_id="crm-1")
    answer = console_of(world, "operator").post(contacts_path(world, "/new"), FULL)
    assert answer.status_code == 422
    assert "has already been taken" in answer.text


def test_the_list_finds_by_any_word(world: World) -> None:
    world.contact(first_name="Ann", last_name="O'Neill", email="ann@example.com")
    bob = world.contact(first_name="Bob", last_name="Jones", company_name="100% _Real_", account_number="A-77")
    console = console_of(world, "viewer")

    def names(q: str) -> list[str]:
        return re.findall(r'class="row-link"[^>]*>([^<]+)<', console.get(contacts_path(world), q=q).text)

    assert names("") == ["Bob Jones", "Ann O&#39;Neill"]
    assert names("ann o'n") == ["Ann O&#39;Neill"]
    assert names(" JONES bob ") == names("a-77") == names("100%") == names("_real_") == names(bob.id) == ["Bob Jones"]
    assert names("ann jones") == names("%")[1:] == []
    assert "No contacts match" in console.get(contacts_path(world), q="nobody\0\u202e").text


def test_the_list_goes_on_where_it_was_left(world: World) -> None:
    for number in range(30):
        world.contact(last_name=f"Number{number:02}")
    console = console_of(world, "viewer")
    first = console.get(contacts_path(world), q="number")
    assert "30 contacts" in text_of(first)
    older = re.search(r'rel="next" href="([^"]+)"|href="([^"]+)"[^>]*>Load older', first.text)
    assert older
    second = console.client.get((older[1] or older[2]).replace("&amp;", "&"))
    assert "Number29" in first.text
    assert "Number29" not in second.text
    assert "Number00" in second.text
    assert "Back to newest" in second.text


def test_hostile_text_stays_text(world: World) -> None:
    contact = world.contact(first_name=HOSTILE[:64], last_name="{{7*7}}", company_name=HOSTILE[:64])
    console = console_of(world, "operator")
    for path in ("", f"/{contact.id}/edit", f"/{contact.id}/delete"):
        page = console.get(contacts_path(world, path)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{{7*7}}" in page


def test_a_viewer_looks_and_changes_nothing(world: World) -> None:
    contact = world.contact()
    console = console_of(world, "viewer")
    listed, shown = console.get(contacts_path(world)).text, console.get(contacts_path(world, f"/{contact.id}")).text
    for page, reason in (
        (listed, "may not add contacts"),
        (shown, "may not change contacts"),
        (shown, "delete contacts"),
    ):
        assert reason in page
    assert "/contacts/new" not in listed
    assert f"/{contact.id}/edit" not in shown
    assert console.get(contacts_path(world, f"/{contact.id}/edit")).status_code == 403
    with as_it_was():
        for path in ("/new", f"/{contact.id}/edit", f"/{contact.id}/delete"):
            assert console.post(contacts_path(world, path), {"last_name": "X"}).status_code == 403
    assert console.get(contacts_path(world, "/new")).status_code == 403
    assert console.get(contacts_path(world, f"/{contact.id}/delete")).status_code == 403


def test_strangers_find_nothing(world: World) -> None:
    contact = world.contact()
    console = console_of(world, "stranger")
    with as_it_was():
        for path in ("", "/new", f"/{contact.id}/edit", f"/{contact.id}/delete"):
            assert console.get(contacts_path(world, path)).status_code == 404
        for path in ("/new", f"/{contact.id}/edit", f"/{contact.id}/delete"):
            assert console.post(contacts_path(world, path), {"last_name": "X"}).status_code == 404
        elsewhere = f"/locations/{world.elsewhere}/contacts/{contact.id}"
        for who in (console, console_of(world, "head")):
            assert who.get(f"{elsewhere}/edit").status_code == 404
            assert who.post(f"{elsewhere}/delete").status_code == 404


def test_a_form_without_its_token_changes_nothing(world: World) -> None:
    contact = world.contact()
    client = console_of(world, "operator").client
    with as_it_was():
        for path in ("/new", f"/{contact.id}/edit", f"/{contact.id}/delete"):
            assert client.post(contacts_path(world, path), data={"last_name": "X"}).status_code == 400
