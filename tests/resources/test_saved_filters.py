import pytest

from resources.saved_filters import MOST_SAVED, delete_saved_filter, save_filter, saved_filters
from schemas.refusals import Invalid, NotFound
from tests.world import World


def test_a_filter_is_kept_for_who_saved_it_and_where(world: World) -> None:
    mine = save_filter(world.actor("viewer"), "deliveries", "  Failed \n last night ", "status=failed&before=11f1&q=")
    assert (mine.name, mine.query) == ("Failed last night", "status=failed")
    assert [one.id for one in saved_filters(world.actor("viewer"), "deliveries")] == [mine.id]
    assert not saved_filters(world.actor("viewer"), "contacts")
    assert not saved_filters(world.actor("owner"), "deliveries")
    with pytest.raises(NotFound):
        delete_saved_filter(world.actor("owner"), mine.id)
    delete_saved_filter(world.actor("viewer"), mine.id)
    assert not saved_filters(world.actor("viewer"), "deliveries")


def test_the_same_name_takes_the_others_place(world: World) -> None:
    actor = world.actor("viewer")
    for status in ("failed", "blocked"):
        save_filter(actor, "deliveries", "Trouble", f"status={status}")
    assert [(one.name, one.query) for one in saved_filters(actor, "deliveries")] == [("Trouble", "status=blocked")]


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "q=1"), (" ", "q=1"), ("n" * 65, "q=1"), ("n\x00", "q=1"), ("n", ""), ("n", "q=" + "x" * 1100)],
)
def test_what_could_not_be_found_again_is_refused(world: World, name: str, query: str) -> None:
    with pytest.raises(Invalid):
        save_filter(world.actor("viewer"), "deliveries", name, query)
    assert not saved_filters(world.actor("viewer"), "deliveries")


def test_there_is_an_end_to_how_many(world: World) -> None:
    actor = world.actor("viewer")
    for number in range(MOST_SAVED):
        save_filter(actor, "deliveries", str(number), "status=failed")
    with pytest.raises(Invalid):
        save_filter(actor, "deliveries", "one more", "status=failed")
    save_filter(actor, "deliveries", "0", "status=blocked")
