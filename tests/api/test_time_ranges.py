from datetime import UTC, date, datetime

import pytest

from api.time_ranges import moment, named_range

TUESDAY = date(2026, 3, 3)


def ts(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [
        ("today", (2026, 3, 3), (2026, 3, 4)),
        ("yesterday", (2026, 3, 2), (2026, 3, 3)),
        ("this week", (2026, 3, 2), (2026, 3, 9)),
        ("last week", (2026, 2, 23), (2026, 3, 2)),
        ("this month", (2026, 3, 1), (2026, 4, 1)),
        ("last month", (2026, 2, 1), (2026, 3, 1)),
        ("last 30 days", (2026, 2, 2), (2026, 3, 4)),
    ],
)
def test_names_mean_half_open_ranges(name: str, first: tuple[int, int, int], after: tuple[int, int, int]) -> None:
    assert named_range(name, TUESDAY) == (ts(*first), ts(*after))


def test_months_wrap_at_the_end_of_a_year() -> None:
    assert named_range("this month", date(2026, 12, 31)) == (ts(2026, 12, 1), ts(2027, 1, 1))
    assert named_range("last month", date(2027, 1, 31)) == (ts(2026, 12, 1), ts(2027, 1, 1))


def test_another_name_means_nothing() -> None:
    assert named_range("next year", TUESDAY) is None


def test_a_moment_is_a_second_or_a_day() -> None:
    assert moment("1539268970") == (1539268970, 1539268971)
    assert moment("2026-03-03") == (ts(2026, 3, 3), ts(2026, 3, 4))


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "9" * 30, "2026-02-30", "9999-12-31", "٣", "2026-W01"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="must be epoch seconds"):
        moment(text)
