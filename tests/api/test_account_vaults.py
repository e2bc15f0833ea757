import json
from typing import Any

import pytest
from sqlalchemy import select, text

from extensions import db
from models import Base, Delivery, Event, Location, PostbackConfig, writing
from resources.contacts import delete_contact
from schemas.account_vault import ACCOUNT_VAULT_KEYS
from tests.api.answered import errors_of, record_of
from tests.schemas.test_account_vault import BANK, CARD
from tests.world import World, counts

NUMBER = "4111118765431111"


def card(world: World, **fields: object) -> dict[str, object]:
    return {"accountvault": {**CARD, "location_id": world.here, "account_number": NUMBER, **fields}}


def bank(world: World, **fields: object) -> dict[str, object]:
    return {"accountvault": {**BANK, "location_id": world.here, **fields}}


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.id)))


def test_a_vaults_life_and_its_events(world: World) -> None:
    api = world.api()
    made = record_of(api.post("accountvaults", card(world, title="Shop card")), 201)
    assert list(made) == [*ACCOUNT_VAULT_KEYS, "_links"]
    assert [made[name] for name in ("first_six", "last_four", "account_type", "active")] == [
        "411111",
        "1111",
        "visa",
        True,
    ]
    path = f"accountvaults/{made['id']}"
    assert record_of(api.get(path)) == made
    changed = record_of(api.put(path, {"accountvault": {"exp_date": "0131", "active": 0}}))
    assert {name for name in made if made[name] != changed[name]} - {"modified_ts"} == {
        "exp_date",
        "expiring_in_months",
        "active",
    }
    assert api.delete(path).status_code == 204
    assert [api.get(path).status_code, api.delete(path).status_code] == [404, 404]
    assert api.put(path, {"accountvault": {}}).status_code == 409
    told = [(event.type, json.loads(event.data)) for event in events()]
    del made["_links"], changed["_links"]
    assert told == [("CREATE", made), ("UPDATE", changed), ("DELETE", changed)]
    assert [list(data) for _, data in told] == [list(ACCOUNT_VAULT_KEYS)] * 3


def test_a_bank_account_is_kept_by_its_last_four(world: World) -> None:
    made = record_of(world.api().post("accountvaults", bank(world, ach_sec_code="WEB")), 201)
    assert (made["first_six"], made["last_four"], made["routing"]) == (None, "6789", None)
    assert (made["account_type"], made["exp_date"], made["expiring_in_months"]) == ("checking", None, None)


def test_no_number_is_stored_anywhere(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.config(resource="accountvault")
    api = world.api()
    vault = record_of(api.post("accountvaults", card(world)), 201)
    record_of(api.post("accountvaults", bank(world, account_number="987650123456")), 201)
    told = [
        api.post("accountvaults", card(world, exp_date="x")),
        api.post("accountvaults", card(world, account_number=f"{NUMBER} ")),
        api.put(f"accountvaults/{vault['id']}", {"accountvault": {"account_number": NUMBER}}),
    ]
    assert [answer.status_code for answer in told] == [422] * 3
    db.session.rollback()
    kept = [str(db.session.execute(text(f"SELECT * FROM {name}")).all()) for name in Base.metadata.tables]
    out, err = capfd.readouterr()
    everything = "".join([*kept, *(answer.text for answer in told), out, err])
    assert "411111" in everything
    assert [secret for secret in (NUMBER[6:], "98765012", "011401533") if secret in everything] == []


def test_an_answer_may_be_sent_back(world: World) -> None:
    api = world.api()
    for body in (card(world), bank(world)):
        made = record_of(api.post("accountvaults", body), 201)
        again = record_of(api.put(f"accountvaults/{made['id']}", {"accountvault": made}))
        assert {**again, "modified_ts": 0} == {**made, "modified_ts": 0}


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"payment_method": "ach"}, {"payment_method": ["Payment Method cannot be changed."]}),
        ({"location_id": "elsewhere-of-the-tests"}, {"location_id": ["Location Id cannot be changed."]}),
        (
            {"account_number": "5454545454545454"},
            {"account_number": ["Account Number cannot be changed: create another vault."]},
        ),
        ({"routing": ["x"]}, {"routing": ["Routing cannot be changed: create another vault."]}),
        ({"exp_date": ""}, {"exp_date": ["Exp Date cannot be blank."]}),
        ({"contact_id": "none"}, {"contact_id": ["contact_id provided is not valid"]}),
        ({"nickname": "x"}, {"nickname": ["nickname is not a known field."]}),
    ],
)
def test_what_cannot_be_changed(world: World, change: dict[str, object], errors: dict[str, list[str]]) -> None:
    vault = world.vault("head")
    before = counts()
    assert errors_of(world.api("head").put(f"accountvaults/{vault.id}", {"accountvault": change})) == errors
    assert counts() == before


def test_a_contact_must_be_one_of_the_same_location(world: World) -> None:
    own, gone = world.contact(), world.contact()
    foreign = world.contact("stranger", location_id=world.elsewhere)
    delete_contact(world.actor("owner"), gone.id)
    assert world.vault(contact_id=own.id).contact_id == own.id
    for contact_id in (gone.id, foreign.id, "none"):
        refused = world.api("head").post("accountvaults", card(world, contact_id=contact_id))
        assert errors_of(refused) == {"contact_id": ["contact_id provided is not valid"]}


def test_a_vault_outlives_its_contact(world: World) -> None:
    contact = world.contact()
    vault = world.vault(contact_id=contact.id)
    delete_contact(world.actor("owner"), contact.id)
    assert record_of(world.api().put(f"accountvaults/{vault.id}", {"accountvault": {"title": "x"}}))["title"] == "x"


def test_an_api_id_is_taken_once_in_a_location(world: World) -> None:
    api, taken = world.api(), {"account_vault_api_id": ["Account Vault Api Id has already been taken."]}
    first, other = world.vault(account_vault_api_id="A1"), world.vault(account_vault_api_id="A2")
    world.vault("stranger", location_id=world.elsewhere, account_vault_api_id="A1")
    assert errors_of(api.post("accountvaults", card(world, account_vault_api_id="A1"))) == taken
    path = f"accountvaults/{other.id}"
    assert errors_of(api.put(path, {"accountvault": {"account_vault_api_id": "A1"}})) == taken
    api.delete(f"accountvaults/{first.id}")
    assert record_of(api.put(path, {"accountvault": {"account_vault_api_id": "A1"}}))["account_vault_api_id"] == "A1"


def test_what_a_config_asks_to_have_embedded_is_embedded(world: World) -> None:
    cards = world.product_transaction()
    with writing(db.session()):
        db.session.get_one(Location, world.here).default_cc = cards.id
    names = ["location", "contact", "created_user", "product_transaction", "changelogs"]
    world.config(resource="accountvault", expands=",".join(names))
    contact = world.contact(last_name="Lue")
    made = record_of(world.api().post("accountvaults", card(world, contact_id=contact.id), expand=",".join(names)), 201)
    db.session.rollback()
    data = json.loads(db.session.scalars(select(Delivery)).one().data or "")
    assert list(data) == [*ACCOUNT_VAULT_KEYS, *names]
    assert [data[name] for name in names[:-1]] == [made[name] for name in names[:-1]]
    assert (data["contact"]["last_name"], data["product_transaction"]["id"]) == ("Lue", cards.id)
    assert (data["location"]["name"], data["created_user"]["username"]) == ("Harbour shop", "owner")
    assert [change["action"] for change in made["changelogs"]] == ["CREATE"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"payment_method": "ach"}, ["bank"]),
        ({"last_four": "1111"}, ["card"]),
        ({"expiring_in_months": "1|120"}, ["card"]),
        ({"expiring_in_months": "-500|-1"}, ["old"]),
        ({"has_recurring": "1"}, []),
        ({"has_recurring": "0", "sort": "has_recurring,expiring_in_months"}, ["bank", "old", "card"]),
        ({"routing": "0"}, []),
        ({"sort": "-routing,title"}, ["bank", "card", "old"]),
        ({"active": "1", "title": "CAR"}, ["card"]),
        ({"contact_id": "none"}, []),
    ],
)
def test_every_answered_column_filters(world: World, query: dict[str, Any], titles: list[str]) -> None:
    api = world.api()
    for body in (card(world, title="card"), card(world, title="old", exp_date="0110", account_number="5" * 16)):
        record_of(api.post("accountvaults", body), 201)
    record_of(api.post("accountvaults", bank(world, title="bank")), 201)
    answer = api.get("accountvaults", **{"sort": "title", **query}).get_json()
    assert [vault["title"] for vault in answer["accountvaults"]] == titles


@pytest.mark.parametrize(
    ("name", "reads", "writes", "creates"),
    [
        ("head", 200, 200, 201),
        ("operator", 200, 200, 201),
        ("program", 200, 200, 201),
        ("viewer", 200, 403, 403),
        ("stranger", 404, 404, 422),
    ],
)
def test_who_may_do_what(world: World, name: str, reads: int, writes: int, creates: int) -> None:
    path, api = f"accountvaults/{world.vault().id}", world.api(name)
    assert api.post("accountvaults", card(world)).status_code == creates
    assert api.get(path).status_code == reads
    assert api.put(path, {"accountvault": {"title": "x"}}).status_code == writes
    assert api.delete(path).status_code == (204 if writes == 200 else writes)


def test_foreign_and_missing_are_answered_alike(world: World) -> None:
    vault, api = world.vault(), world.api("stranger")
    foreign, missing = (api.get(f"accountvaults/{id_}").get_json() for id_ in (vault.id, "missing"))
    assert {**foreign, "request_id": ""} == {**missing, "request_id": ""}


def test_a_config_of_vaults_names_no_product_transaction(world: World) -> None:
    world.config(resource="accountvault")
    world.config()
    world.vault()
    db.session.rollback()
    [delivery] = db.session.scalars(select(Delivery)).all()
    assert db.session.get_one(PostbackConfig, delivery.postback_config_id).resource == "accountvault"


@pytest.mark.parametrize("number", [False, 0, [], {}, "4111111111111111"])
def test_whatever_stands_for_a_number_again_is_refused(world: World, number: object) -> None:
    vault = world.vault()
    answer = world.api().put(f"accountvaults/{vault.id}", {"accountvault": {"account_number": number}})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["account_number"])
