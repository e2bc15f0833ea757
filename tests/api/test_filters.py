from typing import Any

import pytest

from extensions import db
from models import Contact, first_id_at, now_ts, writing
from tests.world import World


def people(world: World) -> None:
    """Three contacts, and one elsewhere as noise."""
    world.contact(last_name="Ångström", city="Oslo", email_trx_receipt=1, header_message_type=1)
    world.contact(last_name="100%_Jansen", city="Bergen", contact_api_id="J-1", header_message_type=2)
    world.contact(last_name="Jones, Ann", city="oslo", contact_api_id="J-12", header_message_type=4)
    world.contact("stranger", location_id=world.elsewhere, last_name="Ångström", city="Oslo")


def found(world: World, **query: Any) -> list[str]:
    response = world.api().get("contacts", **{"sort": "created_ts", **query})
    assert response.status_code == 200, response.data
    assert response.json is not None
    return [contact["last_name"].split()[0].rstrip(",") for contact in response.json["contacts"]]


ANGSTROM, JANSEN, JONES = "Ångström", "100%_Jansen", "Jones"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, [ANGSTROM, JANSEN, JONES]),
        ({"last_name": "J"}, [JANSEN, JONES]),
        ({"last_name": "jAn"}, [JANSEN]),
        ({"last_name": "%"}, [JANSEN]),
        ({"last_name": "_"}, [JANSEN]),
        ({"last_name": "/"}, []),
        ({"last_name": "\\"}, []),
        ({"last_name": "' OR 1=1 --"}, []),
        ({"last_name": ""}, [ANGSTROM, JANSEN, JONES]),
        ({"city": "oslo"}, [ANGSTROM, JONES]),
        ({"city": "Oslo,Bergen"}, [ANGSTROM, JANSEN]),
        ({"city": "oslo", "last_name": "o"}, [JONES]),
        ({"contact_api_id": "J-1"}, [JANSEN]),
        ({"contact_api_id": "J-1,J-12"}, [JANSEN, JONES]),
        ({"contact_api_id": "J"}, []),
        ({"header_message_type_id": "2"}, [JANSEN]),
        ({"header_message_type_id": "1,4"}, [ANGSTROM, JONES]),
        ({"header_message_type_id": "2|4"}, [JANSEN, JONES]),
        ({"header_message_type_id": "1|1,3|9"}, [ANGSTROM, JONES]),
        ({"email_trx_receipt": "1"}, [ANGSTROM]),
        ({"email_trx_receipt": "false"}, [JANSEN, JONES]),
        ({"location_id": "elsewhere-of-the-tests"}, []),
        ({"created_ts": "today"}, [ANGSTROM, JANSEN, JONES]),
        ({"created_ts": "last month"}, []),
        ({"created_ts": "custom", "created_ts_from": "2026-01-01"}, [ANGSTROM, JANSEN, JONES]),
        ({"created_ts_to": "1"}, []),
        ({"modified_ts_from": "99999999999"}, []),
    ],
)
def test_what_a_filter_finds(world: World, query: dict[str, str], names: list[str]) -> None:
    people(world)
    assert found(world, **query) == names


def test_a_time_is_filtered_to_the_second(world: World) -> None:
    people(world)
    then = now_ts() + 3600
    with writing(db.session()):
        for number, contact in enumerate(db.session.query(Contact).order_by(Contact.id)):
            contact.modified_ts = then + number
    assert found(world, modified_ts=then + 1) == [JANSEN]
    assert found(world, modified_ts=f"{then}|{then + 1}") == [ANGSTROM, JANSEN]
    assert found(world, modified_ts_from=then + 1, modified_ts_to=then + 1) == [JANSEN]
    assert found(world, modified_ts_from=then + 60) == []


def test_a_time_of_creation_is_looked_up_by_the_id_and_filtered_to_the_second(world: World) -> None:
    people(world)
    then = 1_700_000_000
    with writing(db.session()):
        for number, contact in enumerate(db.session.query(Contact).order_by(Contact.id)):
            # The clock was set in between: the id is from minutes before or after.
            contact.id = first_id_at((then + (number - 1) * 590) * 1000)
            contact.created_ts = then + number
    assert found(world, created_ts=then + 1) == [JANSEN]
    assert found(world, created_ts=f"{then}|{then + 1}") == [ANGSTROM, JANSEN]
    assert found(world, created_ts_from=then + 1, created_ts_to=then + 1) == [JANSEN]
    assert found(world, created_ts_from=now_ts() - 60) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"nickname": "a"}, "nickname"),
        ({"deleted_ts": "1"}, "deleted_ts"),
        ({"created_user_id": "a"}, "created_user_id"),
        ({"last_name_from": "a"}, "last_name_from"),
        ({"last_name": "a\x00"}, "last_name"),
        ({"contact_api_id": "\x1b"}, "contact_api_id"),
        ({"last_name": "a" * 1025}, "last_name"),
        ({"contact_api_id": ",".join(str(number) for number in range(201))}, "contact_api_id"),
        ({"contact_api_id": ","}, "contact_api_id"),
        ({"header_message_type_id": "two"}, "header_message_type_id"),
        ({"header_message_type_id": "1|"}, None),
        ({"header_message_type_id": "|"}, "header_message_type_id"),
        ({"header_message_type_id": "9" * 16}, "header_message_type_id"),
        ({"header_message_type_id": "1.5"}, "header_message_type_id"),
        ({"email_trx_receipt": "maybe"}, "email_trx_receipt"),
        ({"created_ts": "someday"}, "created_ts"),
        ({"created_ts_from": "someday"}, "created_ts_from"),
        ({"created_ts_to": "9" * 20}, "created_ts_to"),
        ({"sort": "nickname"}, "sort"),
        ({"sort": "-deleted_ts"}, "sort"),
        ({"sort": "\ud800".encode("utf-8", "surrogatepass")}, "sort"),
        ({"expand": "password"}, "expand"),
        ({"expand": "history"}, "expand"),
        ({"expand": "location,\u3000"}, "expand"),
        ({"page": "0"}, "page"),
        ({"page": "-1"}, "page"),
        ({"page": "1.5"}, "page"),
        ({"page": "x"}, "page"),
        ({"page": "9" * 30}, "page"),
        ({"page_size": "201"}, "page_size"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": ""}, "page_size"),
    ],
)
def test_what_a_query_may_not_ask(world: World, query: dict[str, Any], field: str | None) -> None:
    response = world.api().get("contacts", **query)
    assert response.json is not None
    assert response.status_code == (422 if field else 200)
    assert list(response.json.get("errors", {})) == ([field] if field else [])


def test_the_largest_numbers_that_are_read_fit_every_store(world: World) -> None:
    for name in ("created_ts", "header_message_type_id"):
        assert world.api().get("contacts", **{name: "-" + "9" * 14 + "|" + "9" * 15}).status_code == 200
    assert world.api().get("postbackdeliveries", created_ts="9" * 15).status_code == 200
    assert world.api().get("contacts", page=10**9, page_size=200).status_code == 200
