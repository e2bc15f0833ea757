"""How much of a worker one config gets."""

import pytest

from postbacks.lanes import MOST_ROOM, TIMEOUTS, Lane


def filled(count: int, most_slots: int = 8) -> Lane[int]:
    lane: Lane[int] = Lane(most_slots)
    lane.ready.extend(range(count))
    return lane


def drained(lane: Lane[int]) -> list[int]:
    taken = []
    while (one := lane.take()) is not None:
        taken.append(one)
    return taken


def test_begins_with_all_slots_and_room_for_two_rounds() -> None:
    lane: Lane[int] = Lane(8)
    assert (lane.slots, lane.room, lane.wants) == (8, 16, 16)


def test_never_has_more_on_the_wire_than_it_has_slots() -> None:
    lane = filled(100)
    assert drained(lane) == list(range(8))
    assert lane.take() is None
    lane.ended(None)
    assert drained(lane) == [8]


def test_an_empty_lane_gives_nothing() -> None:
    assert filled(0).take() is None


def test_wants_what_fits_beside_the_ready_and_the_busy_and_never_less_than_nothing() -> None:
    lane = filled(10)
    drained(lane)
    assert (lane.busy, len(lane.ready), lane.wants) == (8, 2, 6)
    lane.ready.extend(range(50))
    assert lane.wants == 0


@pytest.mark.parametrize("code", sorted(TIMEOUTS))
def test_each_timeout_halves_the_slots_down_to_one(code: str) -> None:
    lane = filled(8)
    drained(lane)
    seen = []
    for _ in range(5):
        lane.ended(code)
        seen.append((lane.slots, lane.room))
    assert seen == [(4, 4), (2, 2), (1, 1), (1, 1), (1, 1)]


@pytest.mark.parametrize("code", ["http_status", "connect_refused", "tls_expired", "bad_response", "blocked_target"])
def test_failures_that_cost_no_time_cost_no_slots(code: str) -> None:
    lane = filled(8)
    drained(lane)
    lane.ended(code)
    assert lane.slots == 8


def test_a_lane_recovers_a_slot_with_each_answer_and_not_beyond_its_most() -> None:
    lane = filled(0)
    lane.busy, lane.slots, lane.room = 20, 1, 1
    seen = []
    for _ in range(10):
        lane.ended(None)
        seen.append(lane.slots)
    assert seen == [2, 3, 4, 5, 6, 7, 8, 8, 8, 8]


def test_room_grows_while_the_queue_runs_dry_and_stops_at_the_most() -> None:
    lane = filled(0)
    lane.busy = 20
    for _ in range(20):
        lane.ended(None)
        assert lane.room <= MOST_ROOM
    assert lane.room == MOST_ROOM


def test_room_does_not_grow_while_the_queue_holds_enough() -> None:
    lane = filled(100)
    drained(lane)
    lane.ended(None)
    assert lane.room == 16


def test_a_queue_that_waited_too_long_is_given_up_and_no_more_is_claimed_than_can_be_sent() -> None:
    lane = filled(100)
    lane.slots, lane.room = 2, 512
    drained(lane)
    lane.give_up_queue()
    assert (len(lane.ready), lane.room, lane.busy, lane.wants) == (0, 2, 2, 0)


@pytest.mark.parametrize("slots", [1, 2, 3, 64])
def test_what_comes_in_goes_out_in_its_order_once(slots: int) -> None:
    lane, seen = filled(200, slots), []
    while lane.ready or lane.busy:
        seen += drained(lane)
        lane.ended("read_timeout" if len(seen) % 7 == 0 else None)
        assert lane.busy >= 0
        assert 1 <= lane.slots <= slots
    assert seen == list(range(200))
