"""How much a pump takes in one turn."""

import pytest

from postbacks import pace
from postbacks.pace import LONG, SHORT, Pace


def test_while_nobody_rings_turns_are_long() -> None:
    calm = Pace()
    assert calm.portion == LONG.portion
    assert not calm.enough(LONG.results - 1, LONG.seconds / 2)
    assert calm.enough(LONG.results, 0.0)
    assert calm.enough(1, LONG.seconds)


def test_a_heard_bell_makes_turns_short_and_then_they_are_long_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried = Pace()
    hurried.hurry()
    assert hurried.portion == SHORT.portion
    assert hurried.enough(SHORT.results, 0.0)
    assert hurried.enough(1, SHORT.seconds)
    monkeypatch.setattr(pace, "HURRY_SECONDS", -1.0)
    hurried.hurry()
    assert hurried.portion == LONG.portion


def test_no_results_are_never_enough() -> None:
    assert not Pace().enough(0, 1000.0)
