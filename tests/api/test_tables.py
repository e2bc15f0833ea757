import csv
import io
from contextvars import Context
from typing import Any

import pytest
from flask.testing import FlaskClient

from api import pieces
from api.tables import cell
from extensions import db
from schemas.contact import CONTACT_KEYS
from tests.world import World


def table(world: World, format_: str = "csv", **query: object) -> list[list[str]]:
    response = world.api().get("contacts", _format=format_, **query)
    assert response.status_code == 200, response.data
    assert response.headers["Content-Disposition"] == f'attachment; filename="contacts.{format_}"'
    return list(csv.reader(io.StringIO(response.text), delimiter="," if format_ == "csv" else "\t"))


@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_a_table_has_the_whole_list_in_its_order(world: World, format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "STREAMED_AT_ONCE", 2)
    for name in ("Ann", "Bob", None, "Cid", "Dan"):
        world.contact(first_name=name, last_name='a "b", c\td')
    world.contact("stranger", location_id=world.elsewhere, first_name="Eve")
    header, *rows = table(world, format_, sort="-first_name", last_name='"b"')
    assert header == list(CONTACT_KEYS)
    assert [row[header.index("first_name")] for row in rows] == ["Dan", "Cid", "Bob", "Ann", ""]
    assert {row[header.index("last_name")] for row in rows} == {'a "b", c\td'}


def test_an_empty_table_has_its_header(world: World) -> None:
    assert table(world) == [list(CONTACT_KEYS)]


def test_a_page_of_a_table_where_one_is_asked_for(world: World) -> None:
    ids = [world.contact().id for _ in range(3)]
    assert [row[0] for row in table(world, page=2, page_size=1)[1:]] == [ids[1]]


def test_what_is_embedded_is_a_cell_of_json(world: World) -> None:
    world.contact()
    header, row = table(world, expand="location")
    assert header[-1] == "location"
    assert row[-1].startswith('{"id":"')


@pytest.mark.parametrize("query", [{"nickname": "a"}, {"sort": "nickname"}, {"_format": "xml"}])
def test_an_error_is_an_answer_of_its_own(world: World, query: dict[str, str]) -> None:
    response = world.api().get("contacts", **{"_format": "csv", **query})
    assert (response.status_code, response.mimetype) == (422, "application/json")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "true"),
        (-5, "-5"),
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("\ra", "'\ra"),
        (["ü"], '["ü"]'),
    ],
)
def test_no_spreadsheet_takes_a_cell_for_a_formula(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_a_slow_reader_keeps_nobody_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two pieces it holds no transaction, no connection and no lock."""
    monkeypatch.setattr(pieces, "STREAMED_AT_ONCE", 2)
    for _ in range(5):
        world.contact()
    server = Context()  # all of the answer is made in one, as a server makes it
    ask = FlaskClient(world.app, world.app.response_class).get
    response = server.run(ask, "/v2/contacts?_format=csv", headers=world.headers("owner"))
    chunks = iter(response.response)
    read: list[Any] = [server.run(next, chunks) for _ in range(2)]  # the first piece was read with the request
    db.session.rollback()
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert (
        world.api().post("contacts", {"contact": {"location_id": world.here, "last_name": "Late"}}).status_code == 201
    )
    read += server.run(list, chunks)
    table = b"".join(chunk if isinstance(chunk, bytes) else chunk.encode() for chunk in read).decode()
    assert len(list(csv.reader(io.StringIO(table)))) == 1 + 5
