from dataclasses import replace

import pytest

from extensions import db
from resources.locations import get_location, locations, require_given_location
from schemas.refusals import Forbidden, Invalid, NotFound
from tests.world import World


def names(world: World, name: str) -> set[str]:
    return {location.name for location in db.session.scalars(locations(world.actor(name)))}


def test_a_role_reaches_its_location_and_what_lies_below(world: World) -> None:
    assert names(world, "head") == {"Head office", "Harbour shop", "Hill shop"}
    assert names(world, "owner") == {"Harbour shop"}
    assert names(world, "stranger") == {"Hill shop"}


@pytest.mark.parametrize("location_id", ["elsewhere-of-the-tests", "root-of-the-tests", "none", "", "a\x00b"])
def test_what_is_out_of_sight_is_not_there(world: World, location_id: str) -> None:
    with pytest.raises(NotFound):
        get_location(world.actor("owner"), location_id)


def test_a_location_in_sight(world: World) -> None:
    assert get_location(world.actor("viewer"), world.here).name == "Harbour shop"


def test_without_any_role_nothing_may_be_read(world: World) -> None:
    nobody = replace(world.actor("owner"), grants=())
    with pytest.raises(Forbidden):
        locations(nobody)


def test_a_given_location_must_be_in_sight_and_the_role_suffice(world: World) -> None:
    require_given_location(world.actor("owner"), "v2.contacts.post", world.here)
    with pytest.raises(Forbidden):
        require_given_location(world.actor("viewer"), "v2.contacts.post", world.here)
    with pytest.raises(Invalid):
        require_given_location(world.actor("stranger"), "v2.contacts.post", world.here)
