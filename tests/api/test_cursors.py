from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from api import pieces, totals
from tests.world import World

MEANWHILE = 6
"""What is added in the way of one who pages would otherwise keep him for ever."""


def walk(world: World, meanwhile: Any = None, path: str = "contacts", **query: Any) -> list[str]:
    """The ids of all pages, by the links that lead on."""
    seen: list[str] = []
    asked = {"page_size": 2, **query}
    while True:
        response = world.api().get(path, **asked)
        assert response.json is not None
        seen += [record["id"] for record in response.json[path]]
        following = response.json["meta"]["pagination"]["links"].get("next")
        if following is None:
            return seen
        asked = dict(parse_qsl(urlsplit(following["href"]).query))
        if meanwhile is not None and len(seen) <= MEANWHILE:
            meanwhile()


@pytest.mark.parametrize("sort", ["-created_ts", "-modified_ts", "first_name", "-first_name,city", "city,-first_name"])
def test_paging_sees_each_record_once_whatever_is_added_meanwhile(world: World, sort: str) -> None:
    ids = {
        world.contact(first_name=first, city=city).id
        for first, city in [
            ("Ann", "A"),
            (None, "B"),
            ("Ann", None),
            (None, None),
            ("Cid", "A"),
            ("Bob", "B"),
            ("Bob", "B"),
        ]
    }
    seen = walk(world, lambda: world.contact(first_name="Aaa", city="A"), sort=sort)
    assert ids <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("sort", ["first_name", "-first_name,city", "email_trx_receipt,-id"])
def test_the_pages_together_are_the_list(world: World, sort: str) -> None:
    for first, city in [("Ann", "A"), (None, "B"), ("Ann", None), (None, None), ("Cid", "A")]:
        world.contact(first_name=first, city=city, email_trx_receipt=first is None)
    whole = world.api().get("contacts", sort=sort)
    assert whole.json is not None
    assert walk(world, sort=sort) == [record["id"] for record in whole.json["contacts"]]


@pytest.mark.parametrize("sort", ["-created_ts", "url", "-resource,code"])
def test_deliveries_are_walked_too(world: World, sort: str) -> None:
    for _ in range(3):
        world.config()
    world.contact()
    seen = walk(world, world.contact, "postbackdeliveries", sort=sort, page_size=1)[:3]
    assert len(set(seen)) == 3


def test_removing_what_was_seen_hides_nothing(world: World) -> None:
    ids = [world.contact().id for _ in range(6)]
    left = list(ids)
    seen = walk(world, lambda: world.api().delete(f"contacts/{left.pop()}"))
    assert seen == ids[::-1]


@pytest.mark.parametrize("cursor", ["x", "-", "ü", "W10", "eyJhIjoxfQ", "WyItY3JlYXRlZF90cyIsIFsxXV0", "W" * 5000])
def test_what_is_no_cursor(world: World, cursor: str) -> None:
    response = world.api().get("contacts", cursor=cursor)
    assert response.status_code == 422
    assert response.json is not None
    assert list(response.json["errors"]) == ["cursor"]


def test_a_cursor_belongs_to_its_order(world: World) -> None:
    for _ in range(2):
        world.contact()
    answer = world.api().get("contacts", page_size=1).json
    assert answer is not None
    query = dict(parse_qsl(urlsplit(answer["meta"]["pagination"]["links"]["next"]["href"]).query))
    assert world.api().get("contacts", **{**query, "sort": "city"}).status_code == 422


def test_a_long_list_says_that_its_count_is_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "COUNTED", 3)
    monkeypatch.setattr(pieces, "FEW", 1)
    ids = [world.contact().id for _ in range(7)]
    answer = world.api().get("contacts", page=3, page_size=2).json
    assert answer is not None
    pagination = answer["meta"]["pagination"]
    assert pagination["totalCountIsExact"] is False
    assert pagination["totalCount"] >= 7  # six were seen, and one is known to follow
    assert pagination["pageCount"] >= 4
    last = dict(parse_qsl(urlsplit(pagination["links"]["last"]["href"]).query))
    found = world.api().get("contacts", **last).json
    assert found is not None
    assert [contact["id"] for contact in found["contacts"]] == [ids[1], ids[0]]
    assert "next" not in found["meta"]["pagination"]["links"]


def test_an_exact_count_says_nothing_of_it(world: World) -> None:
    world.contact()
    answer = world.api().get("contacts").json
    assert answer is not None
    assert "totalCountIsExact" not in answer["meta"]["pagination"]
