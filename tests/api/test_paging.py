from typing import Any

import pytest

from tests.world import World

BASE = "http://postbacks.test/v2/contacts"


def page(world: World, **query: Any) -> dict[str, Any]:
    response = world.api().get("contacts", **query)
    assert response.status_code == 200
    assert isinstance(response.json, dict)
    return response.json


def test_an_empty_list(world: World) -> None:
    assert page(world) == {
        "contacts": [],
        "meta": {
            "pagination": {
                "links": {"self": {"href": f"{BASE}?page=1"}},
                "totalCount": 0,
                "pageCount": 0,
                "currentPage": 1,
                "perPage": 20,
            },
            "sort": {"attributes": {"created_ts": "desc"}},
        },
    }


def test_the_pages_of_a_list(world: World) -> None:
    ids = [world.contact().id for _ in range(5)]
    seen: list[str] = []
    for number in (1, 2, 3):
        answer = page(world, page=number, page_size=2)
        seen += [contact["id"] for contact in answer["contacts"]]
        pagination = answer["meta"]["pagination"]
        assert (pagination["totalCount"], pagination["pageCount"], pagination["currentPage"]) == (5, 3, number)
        expected = {"self", "first", "last"} | ({"prev"} if number > 1 else set()) | ({"next"} if number < 3 else set())
        assert pagination["links"].keys() == expected
    assert seen == ids[::-1]


def test_links_keep_the_question_and_the_public_address(world: World) -> None:
    for _ in range(3):
        world.contact(first_name="Å & B")
    headers = {**world.headers("owner"), "Host": "evil.example"}
    query = {"page_size": 1, "first_name": "Å & B", "page": 2, "sort": "-id"}
    response = world.app.test_client().get("/v2/contacts", query_string=query, headers=headers)
    assert response.json is not None
    links = response.json["meta"]["pagination"]["links"]
    assert links["last"]["href"] == f"{BASE}?page_size=1&first_name=%C3%85+%26+B&sort=-id&page=3"
    assert links["next"]["href"].startswith(f"{links['last']['href']}&cursor=")
    assert b"evil" not in response.data
    [contact] = response.json["contacts"]
    assert contact["_links"]["self"]["href"] == f"{BASE}/{contact['id']}"


def test_a_page_past_the_end_is_empty_and_leads_back(world: World) -> None:
    world.contact()
    answer = page(world, page=9)
    assert answer["contacts"] == []
    assert answer["meta"]["pagination"]["links"]["prev"]["href"] == f"{BASE}?page=1"


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("first_name", [None, "Ann", "Bob"]),
        ("-first_name", ["Bob", "Ann", None]),
        ("-header_message_type_id,first_name", ["Bob", None, "Ann"]),
        ("created_ts", ["Bob", None, "Ann"]),
        ("", ["Bob", None, "Ann"][::-1]),
    ],
)
def test_lists_are_sorted_alike_on_every_store(world: World, sort: str, names: list[str | None]) -> None:
    for name, number in [("Bob", 2), (None, 1), ("Ann", 1)]:
        world.contact(first_name=name, header_message_type=number)
    assert [contact["first_name"] for contact in page(world, sort=sort)["contacts"]] == names


def test_the_sort_that_was_used_is_told(world: World) -> None:
    attributes = page(world, sort="-city,last_name")["meta"]["sort"]["attributes"]
    assert attributes == {"city": "desc", "last_name": "asc"}


def test_a_list_shows_what_is_in_sight_and_not_deleted(world: World) -> None:
    mine, gone = world.contact(), world.contact()
    world.contact("stranger", location_id=world.elsewhere)
    world.api().delete(f"contacts/{gone.id}")
    assert [contact["id"] for contact in page(world)["contacts"]] == [mine.id]
    response = world.api("head").get("contacts")
    assert response.json is not None
    assert response.json["meta"]["pagination"]["totalCount"] == 2


def test_a_list_embeds_what_is_asked_for(world: World) -> None:
    world.contact()
    [contact] = page(world, expand="location, created_user")["contacts"]
    assert list(contact)[-3:] == ["location", "created_user", "_links"]
    assert contact["location"]["name"] == "Harbour shop"
