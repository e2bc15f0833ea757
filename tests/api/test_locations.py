from typing import Any

import pytest

from schemas.location import LOCATION_KEYS
from tests.world import World


def names(world: World, actor: str, **query: Any) -> list[str]:
    response = world.api(actor).get("locations", sort="name", **query)
    assert response.json is not None
    return [location["name"] for location in response.json["locations"]]


def test_locations_in_sight_are_listed(world: World) -> None:
    assert names(world, "head") == ["Harbour shop", "Head office", "Hill shop"]
    assert names(world, "viewer") == ["Harbour shop"]
    assert names(world, "stranger") == ["Hill shop"]


def test_locations_are_searched(world: World) -> None:
    assert names(world, "head", name="SHOP") == ["Harbour shop", "Hill shop"]
    assert names(world, "head", id=world.here) == ["Harbour shop"]
    assert names(world, "head", parent_id=world.root, name="hill") == ["Hill shop"]


def test_one_location(world: World) -> None:
    response = world.api("viewer").get(f"locations/{world.here}")
    assert response.json is not None
    assert list(response.json["location"]) == [*LOCATION_KEYS, "_links"]


@pytest.mark.parametrize("location_id", ["root-of-the-tests", "elsewhere-of-the-tests", "none", "%00", "a" * 400])
def test_a_location_out_of_sight(world: World, location_id: str) -> None:
    assert world.api("owner").get(f"locations/{location_id}").status_code == 404
