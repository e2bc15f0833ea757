"""What becomes of a delivery: the whole table, and the promises that must hold in every row."""

from itertools import product

import pytest

from models import AttemptState, DeliveryState
from postbacks.outcome import INTERRUPTED, STALE, Outcome
from postbacks.retry import MOST_INTERRUPTIONS, PARKED, Progress, decide

ENDED = 1_700_000_000_123
DELIVERED = Outcome(delivered=True, code=None, reason="The receiver answered 200.", status=200)


def failed(retry_after: int | None = None) -> Outcome:
    return Outcome(False, "http_status", "The receiver answered 503.", None, 503, retry_after)


ALLOWED = [1, 2, 3, 10]
MADE = [0, 1, 2, 9, 10]
INTERVALS = [1, 60, 300, 86_400]
ASKED = [None, 0, 1, 120, 86_400]


@pytest.mark.parametrize(("allowed", "made", "interval", "asked"), list(product(ALLOWED, MADE, INTERVALS, ASKED)))
def test_a_failure_waits_its_interval_or_as_long_as_it_is_asked_and_never_less(
    allowed: int, made: int, interval: int, asked: int | None
) -> None:
    decision = decide(Progress(made, 0, allowed, interval), failed(asked), ENDED)
    assert decision.attempts_made == made + 1
    assert decision.attempt_state is AttemptState.FAILED
    assert decision.interruptions == 0
    if made + 1 >= allowed:
        assert (decision.state, decision.next_attempt_ms) == (DeliveryState.FAILED, None)
    else:
        assert decision.state is DeliveryState.WAITING
        assert decision.next_attempt_ms == ENDED + 1000 * max(interval, asked or 0)
        assert decision.next_attempt_ms >= ENDED + 1000 * interval


@pytest.mark.parametrize(("allowed", "made", "interruptions"), list(product(ALLOWED, MADE, [0, 1, 2])))
def test_a_success_ends_it_whatever_came_before(allowed: int, made: int, interruptions: int) -> None:
    decision = decide(Progress(made, interruptions, allowed, 300), DELIVERED, ENDED)
    assert (decision.state, decision.attempt_state) == (DeliveryState.DELIVERED, AttemptState.SUCCEEDED)
    assert (decision.attempts_made, decision.interruptions, decision.next_attempt_ms) == (made + 1, 0, None)


@pytest.mark.parametrize("outcome", [INTERRUPTED, STALE], ids=["worker died", "stale connection"])
@pytest.mark.parametrize(("allowed", "made", "interruptions"), list(product(ALLOWED, MADE, [0, 1, 2, 3])))
def test_an_interruption_does_not_count_is_repeated_at_once_and_the_third_parks(
    outcome: Outcome, allowed: int, made: int, interruptions: int
) -> None:
    decision = decide(Progress(made, interruptions, allowed, 300), outcome, ENDED)
    assert decision.attempts_made == made
    assert decision.interruptions == interruptions + 1
    assert decision.attempt_state is AttemptState.INTERRUPTED
    if interruptions + 1 >= MOST_INTERRUPTIONS:
        assert (decision.state, decision.next_attempt_ms, decision.reason) == (DeliveryState.FAILED, None, PARKED)
    else:
        assert (decision.state, decision.next_attempt_ms) == (DeliveryState.WAITING, ENDED)
        assert decision.reason == outcome.reason


@pytest.mark.parametrize("allowed", ALLOWED)
def test_a_receiver_that_never_answers_well_is_posted_to_exactly_as_often_as_allowed(allowed: int) -> None:
    made, posts, due = 0, 0, ENDED
    while True:
        posts += 1
        decision = decide(Progress(made, 0, allowed, 300), failed(), due)
        made = decision.attempts_made
        if decision.next_attempt_ms is None:
            break
        assert decision.next_attempt_ms == due + 300_000
        due = decision.next_attempt_ms
    assert posts == allowed
    assert decision.state is DeliveryState.FAILED


def test_interruptions_count_only_in_a_row() -> None:
    two = decide(Progress(0, 1, 5, 300), INTERRUPTED, ENDED)
    answered = decide(Progress(two.attempts_made, two.interruptions, 5, 300), failed(), ENDED)
    again = decide(Progress(answered.attempts_made, answered.interruptions, 5, 300), INTERRUPTED, ENDED)
    assert (two.interruptions, answered.interruptions, again.interruptions) == (2, 0, 1)
    assert again.state is DeliveryState.WAITING


def test_what_a_person_granted_allows_one_more_where_the_config_allows_none() -> None:
    granted = 4
    assert decide(Progress(3, 0, max(3, granted), 300), failed(), ENDED).state is DeliveryState.FAILED
    assert decide(Progress(2, 0, max(3, granted), 300), failed(), ENDED).state is DeliveryState.WAITING


def test_the_same_question_has_the_same_answer() -> None:
    assert len({decide(Progress(1, 0, 5, 300), failed(7), ENDED) for _ in range(50)}) == 1
