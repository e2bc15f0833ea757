"""What a pump holds: bounded in number and in bytes, handed out lane by lane."""

import time

from postbacks.claims import Payload
from postbacks.destinations import Destination
from postbacks.due import Claimed, Most
from postbacks.flight import Flight
from postbacks.held import MOST_HELD, MOST_HELD_BYTES, Held

HERE = Destination("x", 1, True, "https://x.test/", 1, 1, (b"k",), 0, ())


def flights(config_id: str, count: int, payload_bytes: int = 100) -> list[Flight]:
    claimed = [Claimed(f"{config_id}-{n}", config_id, 0, 0, 0, 1, "automatic", 0, payload_bytes) for n in range(count)]
    return [Flight(one, Payload("CREATE", "contact", "{}"), HERE, time.monotonic()) for one in claimed]


def test_what_is_held_leaves_less_place_until_it_has_ended() -> None:
    held = Held(8)
    assert held.place() == Most(MOST_HELD, MOST_HELD_BYTES)
    [one] = flights("a", 1, 5000)
    held.add([one])
    assert (len(held), held.place()) == (1, Most(MOST_HELD - 1, MOST_HELD_BYTES - 5000))
    assert list(held.startable(1)) == [one]
    held.ended(one, None)
    assert (len(held), held.place()) == (0, Most(MOST_HELD, MOST_HELD_BYTES))


def test_large_payloads_fill_it_long_before_many_do() -> None:
    held = Held(8)
    held.add(flights("a", 5, MOST_HELD_BYTES // 4))
    assert held.place() == Most(MOST_HELD - 5, 0)


def test_most_takes_the_first_that_have_place_and_one_at_least() -> None:
    found = [one.claimed for one in flights("a", 5, 1000)]
    assert Most(3, 10_000).of(found) == found[:3]
    assert Most(10, 2500).of(found) == found[:2]
    assert Most(10, 10).of(found) == found[:1]


def test_each_lane_starts_as_many_as_it_has_slots_and_all_lanes_as_many_as_asked_for() -> None:
    held = Held(2)
    held.add([*flights("a", 5), *flights("b", 5)])
    assert [one.claimed.config_id for one in held.startable(3)] == ["a", "a", "b"]
    assert [one.claimed.config_id for one in held.startable(9)] == ["b"]


def test_a_config_without_room_is_full_and_a_portion_bounds_what_the_others_get() -> None:
    held = Held(2)
    held.add(flights("full", 4))
    assert (held.full(), held.room("full")) == (["full"], 0)
    assert held.room("new") == 4
    held.portion = 3
    assert held.room("new") == 3


def test_what_waited_too_long_is_given_up_with_its_whole_lane() -> None:
    held = Held(1)
    old, young = flights("a", 2), flights("b", 2)
    held.add([*old, *young])
    old[0].queued_at -= 10
    assert held.overdue(time.monotonic() - 5) == old
    assert len(held) == 2
    assert held.all_queued() == young
    assert (len(held), held.place()) == (0, Most(MOST_HELD, MOST_HELD_BYTES))
