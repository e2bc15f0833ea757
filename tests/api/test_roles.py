import pytest

from tests.world import World


def test_roles_are_given_listed_and_taken(world: World) -> None:
    api, path = world.api(), f"users/{world.users['viewer'].id}/roles"
    assert api.get(path).json == {"roles": [{"location_id": world.here, "role": "viewer"}]}
    changed = api.post(path, {"role": {"location_id": world.here, "role": "operator"}})
    assert (changed.status_code, changed.json) == (200, {"role": {"location_id": world.here, "role": "operator"}})
    assert world.api("viewer").get("users/me/roles").json == {
        "roles": [{"location_id": world.here, "role": "operator"}]
    }
    taken = api.delete(f"{path}/{world.here}")
    assert (taken.status_code, taken.data) == (204, b"")
    assert api.delete(f"{path}/{world.here}").status_code == 404
    head = world.api("head")
    assert head.post(path, {"role": {"location_id": world.elsewhere, "role": "viewer"}}).status_code == 201


def test_a_role_counts_from_the_next_request_on(world: World) -> None:
    viewer, body = world.users["viewer"].id, {"contact": {"location_id": world.here, "last_name": "Jones"}}
    assert world.api("viewer").post("contacts", body).status_code == 403
    world.api().post(f"users/{viewer}/roles", {"role": {"location_id": world.here, "role": "operator"}})
    assert world.api("viewer").post("contacts", body).status_code == 201


@pytest.mark.parametrize(
    ("name", "location", "status"),
    [
        ("owner", "root", 422),
        ("owner", "elsewhere", 422),
        ("operator", "here", 403),
        ("viewer", "here", 403),
        ("program", "here", 403),
        ("stranger", "elsewhere", 404),
    ],
)
def test_nobody_lifts_anybody_above_themself(world: World, name: str, location: str, status: int) -> None:
    given = {"role": {"location_id": getattr(world, location), "role": "admin"}}
    response = world.api(name).post(f"users/{world.users['viewer'].id}/roles", given)
    assert response.status_code == status
    me = world.api(name).post("users/me/roles", given)
    assert me.status_code == (409 if (name, location) == ("stranger", "elsewhere") else 422 if status == 422 else 403)


def test_an_unknown_role_is_refused_by_name(world: World) -> None:
    given = {"role": {"location_id": world.here, "role": "god"}}
    response = world.api().post(f"users/{world.users['viewer'].id}/roles", given)
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"] == {"role": ["Role must be one of viewer, operator, admin, integration."]}
