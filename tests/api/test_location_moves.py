"""Moving a location takes the right at both ends, and no sequence of moves makes a circle."""

from typing import Any

import pytest

from tests.api.answered import errors_of, record_of
from tests.world import World

NOT_VALID = {"parent_id": ["parent_id provided is not valid"]}
A_CIRCLE = {"parent_id": ["Parent Id cannot be the location itself or one below it."]}


def made_below(world: World, parent_id: str, name: str = "head") -> str:
    answer = world.api(name).post("locations", {"location": {"parent_id": parent_id, "name": "Kiosk"}})
    return str(record_of(answer, 201)["id"])


def move(world: World, location_id: str, parent_id: object, name: str = "head") -> Any:
    return world.api(name).put(f"locations/{location_id}", {"location": {"parent_id": parent_id}})


def test_sight_moves_with_the_location(world: World) -> None:
    kiosk = made_below(world, world.here)
    contact = world.contact("head", location_id=kiosk)
    assert world.api("stranger").get(f"contacts/{contact.id}").status_code == 404
    assert record_of(move(world, kiosk, world.elsewhere))["parent_id"] == world.elsewhere
    assert world.api("stranger").get(f"contacts/{contact.id}").status_code == 200
    assert world.api("owner").get(f"contacts/{contact.id}").status_code == 404


def test_a_circle_is_refused(world: World) -> None:
    kiosk = made_below(world, world.here)
    shelf = made_below(world, kiosk)
    for below in (kiosk, shelf):
        assert errors_of(move(world, kiosk, below)) == A_CIRCLE
        assert errors_of(move(world, world.root, below)) == A_CIRCLE


@pytest.mark.parametrize("nowhere", ["none", "a b", None, "", 7])
def test_a_move_to_nowhere_is_refused(world: World, nowhere: object) -> None:
    refused = errors_of(move(world, made_below(world, world.here), nowhere))
    assert list(refused) == ["parent_id"]


def test_a_deleted_parent_is_none(world: World) -> None:
    kiosk, gone = made_below(world, world.here), made_below(world, world.here)
    world.api("head").delete(f"locations/{gone}")
    assert errors_of(move(world, kiosk, gone)) == NOT_VALID


def test_the_new_parent_must_be_in_sight(world: World) -> None:
    kiosk = made_below(world, world.here, "owner")
    assert errors_of(move(world, kiosk, world.elsewhere, "owner")) == NOT_VALID
    assert errors_of(move(world, kiosk, world.root, "owner")) == NOT_VALID


def test_who_has_no_right_at_the_old_parent_moves_nothing(world: World) -> None:
    """An admin of a location alone must not take it away from those above it."""
    aisle = made_below(world, world.here)
    assert move(world, world.here, aisle, "owner").status_code in {403, 422}
    shelf = made_below(world, aisle)
    assert record_of(move(world, shelf, world.here, "owner"))["parent_id"] == world.here
    assert move(world, shelf, aisle, "operator").status_code == 403
    assert move(world, shelf, aisle, "stranger").status_code == 404
