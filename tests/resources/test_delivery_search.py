"""Finding deliveries: the filters, and a search that ends before it has seen everything."""

import pytest

from extensions import db
from models import Delivery, new_ids, wall_ms, writing
from resources.delivery_filter import HOUR_MS, Wanted, walks
from resources.delivery_search import PIECE, find_deliveries, find_matching
from resources.delivery_walk import FIRST_STRETCH, walk
from tests.ui.tried import delivery_of
from tests.world import World


def found(world: World, name: str = "viewer", /, **wanted: object) -> list[str]:
    return [one.id for one in find_deliveries(world.actor(name), Wanted(**wanted)).rows]  # type: ignore[arg-type]


def copies(world: World, count: int, **columns: object) -> list[str]:
    """So many deliveries more, like the first; their ids, oldest first."""
    first = delivery_of(world)
    fixed = {name: getattr(first, name) for name in ("event_id", "postback_config_id", "location_id")}
    ids = new_ids(count)
    with writing(db.session()):
        db.session.add_all([Delivery(id=id_, **{**fixed, "state": "delivered", **columns}) for id_ in ids])
    return ids


def test_the_class_of_the_answer_narrows_it_down(world: World) -> None:
    world.config()
    ann, bob = world.contact(), world.contact()
    with_answer = delivery_of(world, ann, last_status=404, attempts_made=1, state="failed").id
    without = delivery_of(world, bob, attempts_made=1, state="failed").id
    assert found(world, code="4xx") == [with_answer]
    assert found(world, code="none") == [without]
    assert found(world, code="5xx") == found(world, code="nonsense") == []


def test_a_range_of_time_counts_by_the_deliverys_own_moment(world: World) -> None:
    now = wall_ms()
    old, new = copies(world, 1, created_ms=now - 30_000)[0], copies(world, 1, created_ms=now)[0]
    newest = {old, new}
    assert newest <= set(found(world, range="hour"))
    assert set(found(world, since_ms=now - 10_000)) & newest == {new}
    assert set(found(world, until_ms=now - 10_000)) & newest == {old}
    assert found(world, since_ms=now + HOUR_MS) == found(world, until_ms=now - HOUR_MS) == []


@pytest.mark.parametrize("name", ["viewer", "head", "stranger"])
def test_the_list_over_all_holds_what_is_in_sight(world: World, name: str) -> None:
    made = delivery_of(world, state="failed").id
    assert found(world, name, status="failed") == ([] if name == "stranger" else [made])
    assert found(world, name) == ([] if name == "stranger" else [made])


def test_pieces_follow_each_other_without_a_gap(world: World) -> None:
    ids = copies(world, 2 * PIECE + 5)
    actor, before, seen = world.actor("viewer"), None, []
    for _ in range(3):
        piece = find_deliveries(actor, Wanted(status="delivered"), before)
        seen += [one.id for one in piece.rows]
        before = piece.older
    assert seen == ids[::-1]
    assert before is None


def test_a_search_whose_time_is_over_says_how_far_it_came_and_goes_on_from_there(world: World) -> None:
    rare = copies(world, 1, state="failed")[0]
    copies(world, FIRST_STRETCH + 10)
    how = walks(world.actor("viewer"), Wanted(location_id=world.here, status="failed"))
    first = walk(how, None, 5, seconds=0.0)
    assert first.ids == []
    assert first.reached is not None
    assert first.reached > rare
    then = walk(how, first.reached, 5, seconds=1.0)
    assert (then.ids, then.reached) == ([rare], None)


def test_several_walks_are_one_list(world: World) -> None:
    """What one of them has not reached yet is not told of another, or the next piece would begin too late."""
    old_here = copies(world, 1, state="failed")[0]
    elsewhere = copies(world, 3, state="failed", location_id=world.elsewhere)
    copies(world, FIRST_STRETCH + 10)
    how = walks(world.actor("head"), Wanted(status="failed"))
    how.keys[:] = [Delivery.location_id == place for place in (world.here, world.elsewhere)]
    first = walk(how, None, 10, seconds=0.0)
    assert first.reached is not None
    assert old_here not in first.ids
    rest = walk(how, first.reached, 10, seconds=1.0)
    assert first.ids + rest.ids == [*reversed(elsewhere), old_here]


def test_matches_are_counted_up_to_a_number(world: World) -> None:
    copies(world, 5, state="failed")
    some = find_matching(world.actor("viewer"), Wanted(status="failed"), most=4)
    assert (len(some.ids), some.more, some.timed_out) == (4, True, False)
    every = find_matching(world.actor("viewer"), Wanted(status="failed"), most=5)
    assert (len(every.ids), every.more) == (5, False)
