from typing import Any

import pytest

from tests.api.answered import errors_of, record_of
from tests.world import World

KEYS = ["id", "created_ts", "action", "model", "model_id", "user_id", "changelog_details", "user", "_links"]


def publish(world: World, name: str = "owner", **fields: object) -> str:
    event = {"resource": "invoice", "type": "UPDATE", "location_id": world.here, **fields}
    return str(record_of(world.api(name).post("postbackevents", {"postbackevent": event}), 201)["id"])


def listed(world: World, name: str = "owner", **query: Any) -> list[dict[str, Any]]:
    found = world.api(name).get("changelogs", **query).get_json()["changelogs"]
    assert isinstance(found, list)
    return found


def test_what_happened_is_listed_newest_first(world: World) -> None:
    contact = world.contact(first_name="Ann")
    path = f"contacts/{contact.id}"
    world.api("operator").put(path, {"contact": {"first_name": "Eve", "city": "Oslo"}})
    world.api().delete(path)
    deleted, updated, created = listed(world)
    assert [change["action"] for change in (created, updated, deleted)] == ["CREATE", "UPDATE", "DELETE"]
    assert [list(change) for change in (created, updated, deleted)] == [KEYS] * 3
    assert [(detail["field"], detail["old_value"]) for detail in updated["changelog_details"]] == [
        ("first_name", "Ann"),
        ("city", None),
    ]
    assert {detail["changelog_id"] for detail in updated["changelog_details"]} == {updated["id"]}
    assert updated["user"] == {
        "id": updated["user_id"],
        "username": "operator",
        "first_name": "Operator",
        "last_name": "Tester",
    }
    assert created["changelog_details"] == deleted["changelog_details"] == []
    assert record_of(world.api("viewer").get(f"changelogs/{updated['id']}")) == updated


@pytest.mark.parametrize(
    ("query", "models"),
    [
        ({"model": "Contact"}, ["Contact"]),
        ({"model": "AccountVault,Invoice"}, ["Invoice", "AccountVault"]),
        ({"model": "invoice"}, ["Invoice"]),
        ({"model": "Location"}, []),
        ({"model_id": "I-1"}, ["Invoice"]),
        ({"action": "CREATE", "sort": "model"}, ["AccountVault", "Contact"]),
        ({"action": "UPDATE"}, ["Invoice"]),
        ({"user_id": "none"}, []),
        ({"created_ts": "yesterday"}, []),
        ({"created_ts": "today", "model": "Contact"}, ["Contact"]),
        ({"location_id": "elsewhere-of-the-tests"}, []),
        ({"page_size": 1}, ["Invoice"]),
    ],
)
def test_they_are_filtered(world: World, query: dict[str, Any], models: list[str]) -> None:
    world.contact()
    world.vault()
    publish(world, data={"id": "I-1"})
    assert [change["model"] for change in listed(world, **query)] == models


def test_who_did_it_filters(world: World) -> None:
    world.contact("operator")
    world.contact("owner")
    [change] = listed(world, user_id=world.users["operator"].id)
    assert change["user"]["username"] == "operator"


def test_an_unknown_filter_is_named(world: World) -> None:
    assert list(errors_of(world.api().get("changelogs", colour="red"))) == ["colour"]


def test_another_locations_record_of_the_same_id_is_another_record(world: World) -> None:
    """Publishers choose their records' ids; what one location's record was is nothing for another's history."""
    contact = world.contact()
    publish(world, "stranger", location_id=world.elsewhere, data={"id": "1", "total": "the stranger's"})
    publish(world, "stranger", location_id=world.elsewhere, resource="contact", data={"id": contact.id, "city": "?"})
    mine = publish(world, data={"id": "1", "total": "mine"})
    assert record_of(world.api().get(f"changelogs/{mine}"))["changelog_details"] == []
    embedded = record_of(world.api().get(f"contacts/{contact.id}", expand="changelogs"))["changelogs"]
    assert [change["action"] for change in embedded] == ["CREATE"]
    assert len(listed(world, "head")) == 4


@pytest.mark.parametrize(
    ("name", "status", "count"), [("head", 200, 1), ("viewer", 200, 1), ("program", 200, 1), ("stranger", 404, 0)]
)
def test_who_may_read(world: World, name: str, status: int, count: int) -> None:
    world.contact()
    [change] = listed(world, "head")
    assert len(listed(world, name)) == count
    assert world.api(name).get(f"changelogs/{change['id']}").status_code == status


def test_foreign_and_missing_are_answered_alike(world: World) -> None:
    world.contact()
    [change] = listed(world)
    api = world.api("stranger")
    foreign, missing = (api.get(f"changelogs/{id_}").get_json() for id_ in (change["id"], "missing"))
    assert {**foreign, "request_id": ""} == {**missing, "request_id": ""}
