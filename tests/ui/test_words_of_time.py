"""Moments, lengths and schedules in words."""

import pytest

from ui.postback_schedule import length, schedule_line
from ui.times import exact_time, iso_time, relative_time

NOW = 1_795_442_712_345


def test_a_moment_is_said_exactly() -> None:
    assert iso_time(NOW) == "2026-11-23T14:05:12.345Z"
    assert exact_time(NOW) == "23 Nov 2026, 14:05:12 UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-1, "just now"),
        (-2, "2 s ago"),
        (-59, "59 s ago"),
        (-60, "1 min ago"),
        (-3599, "59 min ago"),
        (-7200, "2 h ago"),
        (-86400 * 3, "3 d ago"),
        (240, "in 4 min"),
        (-86400 * 15, "8 Nov 2026"),
        (86400 * 15, "8 Dec 2026"),
    ],
)
def test_a_moment_is_said_from_now(seconds: int, words: str) -> None:
    assert relative_time(NOW + seconds * 1000, NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 s"),
        (60, "1 min"),
        (90, "90 s"),
        (150, "2 min 30 s"),
        (300, "5 min"),
        (5400, "1 h 30 min"),
        (3601, "1 h"),
        (90_000, "1 d 1 h"),
        (604_800, "7 d"),
    ],
)
def test_a_length_has_two_units_at_most(seconds: int, words: str) -> None:
    assert length(seconds) == words


@pytest.mark.parametrize(
    ("attempts", "interval", "line"),
    [
        (5, 300, "5 attempts, gives up after about 20 min."),
        ("5", "300", "5 attempts, gives up after about 20 min."),
        (1, 300, "1 attempt, no retry."),
        (2, 90, "2 attempts, gives up after about 90 s."),
        (100, 604_800, "100 attempts, gives up after about 693 d."),
    ],
)
def test_a_schedule_is_said_in_one_line(attempts: object, interval: object, line: str) -> None:
    assert schedule_line(attempts, interval) == line


@pytest.mark.parametrize("typed", ["", None, "five", "-1", "0", "1.5", "²", "9" * 5000, "<b>"])
def test_what_is_no_number_is_asked_for(typed: object) -> None:
    assert schedule_line(typed, 300).startswith("Type two whole numbers")
    assert schedule_line(5, typed).startswith("Type two whole numbers")
