from typing import Any

import pytest

from resources.contacts import update_contact
from tests.world import DEVELOPER, World

KEYS = [
    "id",
    "created_ts",
    "user_id",
    "username",
    "developer_id",
    "credential",
    "action",
    "resource",
    "record_id",
    "location_id",
    "request_id",
    "changes",
]


def listed(world: World, name: str = "owner", **query: object) -> list[dict[str, Any]]:
    response = world.api(name).get("auditlogs", **query)
    assert response.status_code == 200, response.text
    assert response.json is not None
    found = response.json["auditlogs"]
    assert isinstance(found, list)
    return found


def test_who_did_what_through_which_door(world: World) -> None:
    made = world.api("program").post("contacts", {"contact": {"location_id": world.here, "last_name": "Jones"}})
    assert made.json is not None
    contact = made.json["contact"]
    update_contact(world.actor("operator"), contact["id"], {"last_name": "Smith"})
    by_person, by_program = listed(world, sort="-id")
    assert list(by_program) == [*KEYS, "_links"]
    assert (by_program["username"], by_program["developer_id"], by_program["action"]) == (
        "program",
        DEVELOPER,
        "create",
    )
    assert by_program["credential"] == f"key:{world.keys['program'][:8]}"
    assert by_program["request_id"] == made.headers["X-Request-Id"]
    assert (by_person["developer_id"], by_person["credential"]) == (None, "session")
    assert by_person["changes"] == {"last_name": ["Jones", "Smith"]}
    one = world.api().get(f"auditlogs/{by_person['id']}")
    assert one.json == {"auditlog": by_person}


def test_every_column_filters(world: World) -> None:
    contact = world.contact("operator")
    world.config()
    [entry] = listed(world, record_id=contact.id)
    for name in KEYS[:-1]:
        value = entry[name]
        if value is not None:
            assert entry in listed(world, **{name: value}), name
    assert listed(world, action="delete") == []
    assert len(listed(world, created_ts="today")) == 2
    assert listed(world, created_ts_to=entry["created_ts"] - 100) == []
    assert world.api().get("auditlogs", changes="x").status_code == 422


@pytest.mark.parametrize("name", ["viewer", "operator", "program"])
def test_only_admins_read_it(world: World, name: str) -> None:
    world.contact()
    [entry] = listed(world)
    assert world.api(name).get("auditlogs").status_code == 403
    assert world.api(name).get(f"auditlogs/{entry['id']}").status_code == 403


def test_foreign_and_missing_are_answered_alike(world: World) -> None:
    world.contact()
    [entry] = listed(world)
    foreign, missing = (world.api("stranger").get(f"auditlogs/{id_}").json for id_ in (entry["id"], "missing"))
    assert foreign is not None
    assert missing is not None
    assert (foreign["status"], {**foreign, "request_id": ""}) == (404, {**missing, "request_id": ""})


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_it(world: World, method: str) -> None:
    world.contact()
    [entry] = listed(world, "head")
    for path in ("auditlogs", f"auditlogs/{entry['id']}"):
        response = getattr(world.app.test_client(), method)(f"/v2/{path}", json={}, headers=world.headers("head"))
        assert response.status_code == 405
