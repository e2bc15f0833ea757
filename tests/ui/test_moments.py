"""Moments in a zone whose clocks change: Oslo, 29 March 2026 at 02:00 and 25 October 2026 at 03:00."""

from zoneinfo import ZoneInfo

import pytest

from ui.moments import field_text, moment_ms, moment_text

OSLO = ZoneInfo("Europe/Oslo")


def in_utc(text: str, *, last: bool = False) -> str:
    return moment_text(moment_ms(text, OSLO, last=last))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-03-29T01:59", "2026-03-29T00:59Z", "2026-03-29T00:59Z"),
        ("2026-03-29T02:30", "2026-03-29T01:30Z", "2026-03-29T01:30Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        ("2026-10-25T01:59", "2026-10-24T23:59Z", "2026-10-24T23:59Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
        ("2026-10-25T03:00", "2026-10-25T02:00Z", "2026-10-25T02:00Z"),
        ("2026-10-25", "2026-10-24T22:00Z", "2026-10-24T22:00Z"),
        ("2026-10-25T02:30Z", "2026-10-25T02:30Z", "2026-10-25T02:30Z"),
        ("2026-10-25T02:30+05:00", "2026-10-24T21:30Z", "2026-10-24T21:30Z"),
    ],
)
def test_where_clocks_change(typed: str, first: str, last: str) -> None:
    assert (in_utc(typed), in_utc(typed, last=True)) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "2026-02-30T00:00", "1969-12-30", "0001-01-01T00:00", "9999-12-31T23:59", "3000-01-02"],
)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_what_is_no_moment_of_this_age_is_none(text: str, zone: str) -> None:
    for last in (False, True):
        assert moment_ms(text, ZoneInfo(zone), last=last) is None


def test_an_address_and_a_field_hold_the_same_moment() -> None:
    for text in ("2026-03-29T03:30", "2026-07-01T00:00", "2026-12-31T23:59"):
        ms = moment_ms(text, OSLO)
        assert field_text(ms, OSLO) == text
        assert moment_ms(moment_text(ms), ZoneInfo("Asia/Tokyo")) == ms
    assert moment_text(1_795_500_000_123) == "2026-11-24T06:00:00.123Z"
    assert (moment_text(None), field_text(None)) == ("", "")
