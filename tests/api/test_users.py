from typing import Any

import pytest

from resources.roles import grant_role
from resources.sign_in import sign_in
from schemas.user import USER_KEYS
from tests.world import World

PASSWORD = "correct horse"


def zoe(world: World, **fields: object) -> dict[str, object]:
    return {"user": {"username": "zoe", "primary_location_id": world.here, **fields}}


def record(response: Any) -> dict[str, Any]:
    assert response.status_code < 300, response.text
    found = response.json["user"]
    assert isinstance(found, dict)
    return found


def usernames(world: World, name: str, **query: object) -> list[str]:
    response = world.api(name).get("users", sort="username", **query)
    assert response.status_code == 200
    assert response.json is not None
    return [user["username"] for user in response.json["users"]]


def test_a_users_life(world: World) -> None:
    api = world.api()
    created = api.post("users", zoe(world, password=PASSWORD, first_name="Zoë"))
    assert (created.status_code, list(record(created))) == (201, [*USER_KEYS, "_links"])
    path = f"users/{record(created)['id']}"
    assert record(api.get(path)) == record(created)
    assert record(api.put(path, {"user": {"email": "zoe@example.org"}}))["email"] == "zoe@example.org"
    assert record(api.put(path, {"user": record(created)}))["email"] is None, "an answer may be sent back"
    deleted = api.delete(path)
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert [api.get(path).status_code, api.delete(path).status_code] == [404, 404]
    assert api.put(path, {"user": {"is_active": 1}}).status_code == 409


def test_a_password_comes_in_and_never_out(world: World) -> None:
    api = world.api()
    created = api.post("users", zoe(world, password=PASSWORD))
    path = f"users/{record(created)['id']}"
    told = [created, api.put(path, {"user": {"password": "battery staple"}}), api.get(path), api.get("users")]
    told += [api.get("auditlogs"), api.post("users", zoe(world, username="", password=PASSWORD))]
    for answer in told:
        assert not any(word in answer.text for word in (PASSWORD, "battery", "argon2"))
    grant_role(world.actor("owner"), record(created)["id"], {"location_id": world.here, "role": "viewer"})
    assert sign_in("zoe", "battery staple", "192.0.2.7")


def test_everybody_sees_themself(world: World) -> None:
    for name in ("viewer", "operator", "program", "owner"):
        me = record(world.api(name).get("users/me"))
        assert (me["username"], me["id"]) == (name, world.users[name].id)
        assert record(world.api(name).get(f"users/{me['id']}")) == me
        assert me["_links"]["self"]["href"].endswith(f"/v2/users/{me['id']}")


def test_an_admin_sees_who_acts_below(world: World) -> None:
    assert usernames(world, "owner") == ["operator", "owner", "program", "viewer"]
    assert usernames(world, "stranger") == ["stranger"]
    assert usernames(world, "head") == ["head", "operator", "owner", "program", "stranger", "viewer"]
    assert usernames(world, "head", username="er", is_active=1) == ["operator", "owner", "stranger", "viewer"]
    world.api().post("users", zoe(world))
    assert usernames(world, "owner", primary_location_id=world.here) == ["zoe"]


@pytest.mark.parametrize("name", ["viewer", "operator", "program"])
def test_who_is_no_admin_sees_nobody_else(world: World, name: str) -> None:
    api, owner = world.api(name), world.users["owner"].id
    answers = [
        api.get("users"),
        api.get(f"users/{owner}"),
        api.get("users/none"),
        api.post("users", zoe(world)),
        api.put(f"users/{owner}", {"user": {"first_name": "X"}}),
        api.delete(f"users/{owner}"),
        api.get(f"users/{owner}/roles"),
        api.get(f"users/{owner}/userapikeys"),
        api.post(f"users/{owner}/generateuserapikey"),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)


def test_foreign_and_missing_are_answered_alike(world: World) -> None:
    api = world.api("owner")
    for path in ("users/{}", "users/{}/roles", "users/{}/userapikeys"):
        foreign, missing = (api.get(path.format(id_)).json for id_ in (world.users["head"].id, "missing"))
        assert foreign is not None
        assert missing is not None
        assert foreign["status"] == 404
        assert {**foreign, "request_id": ""} == {**missing, "request_id": ""}
    head = world.users["head"].id
    for answer in (
        api.put(f"users/{head}", {"user": {"password": PASSWORD}}),
        api.delete(f"users/{head}"),
        api.post(f"users/{head}/generateuserapikey"),
        api.post(f"users/{head}/roles", {"role": {"location_id": world.here, "role": "viewer"}}),
        api.delete(f"users/{head}/roles/{world.root}"),
    ):
        assert answer.status_code == 404


def test_nobody_takes_over_a_user_who_may_do_more(world: World) -> None:
    head = world.users["head"].id
    grant_role(world.actor("head"), world.users["owner"].id, {"location_id": world.elsewhere, "role": "viewer"})
    world.api("head").put("users/me", {"user": {"primary_location_id": world.here}})
    api = world.api("owner")
    assert api.get(f"users/{head}").status_code == 200
    for answer in (
        api.put(f"users/{head}", {"user": {"password": PASSWORD}}),
        api.delete(f"users/{head}"),
        api.post(f"users/{head}/generateuserapikey"),
        api.get(f"users/{head}/userapikeys"),
    ):
        assert answer.status_code == 403
        assert answer.json is not None
        assert "admin of all" in answer.json["message"]


def test_nobody_deletes_themself(world: World) -> None:
    assert world.api().delete("users/me").status_code == 409
    assert world.api().put("users/me", {"user": {"is_active": "0"}}).status_code == 409


def test_a_name_is_taken_once(world: World) -> None:
    response = world.api().post("users", zoe(world, username="VIEWER"))
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"] == {"username": ["Username has already been taken."]}
