"""What a chart says in words: its sum, and each hour's figures."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from resources.hours import Hour
from ui.words import duration_text

OUTCOMES = (
    ("delivered", "Delivered", "circle-check"),
    ("open", "Under way", "clock"),
    ("cancelled", "Cancelled", "ban"),
    ("failed", "Failed", "circle-x"),
)
"""Field of an hour, word, icon: from the axis up. What failed stands on top, always in the same place."""


def clock(ms: int) -> str:
    """14:00, in UTC."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%H:%M}"


def sum_of(hours: Sequence[Hour], name: str) -> int:
    return sum(getattr(hour, name) for hour in hours)


def sums_in_words(hours: Sequence[Hour]) -> str:
    return _how_surely(hours) + _outcomes_in_words(lambda name: sum_of(hours, name))


def _how_surely(hours: Sequence[Hour]) -> str:
    if any(hour.more for hour in hours):
        return "at least "
    return "about " if any(hour.estimated for hour in hours) else ""


def hour_in_words(hour: Hour) -> str:
    return f"{clock(hour.start_ms)} UTC: {_how_surely([hour])}{_outcomes_in_words(lambda name: getattr(hour, name))}"


def _outcomes_in_words(count: Callable[[str], int]) -> str:
    said = [f"{count(name):,} {word.lower()}" for name, word, _ in OUTCOMES if count(name)]
    return ", ".join(said) or "none"


def slowest_in_words(hours: Sequence[Hour]) -> str:
    """The hour with the longest p95."""
    slowest = max(hours, key=lambda hour: hour.p95_ms or 0, default=None)
    if slowest is None or not slowest.p95_ms:
        return "none"
    return f"p95 at most {duration_text(slowest.p95_ms)}, at {clock(slowest.start_ms)} UTC"


def latency_in_words(hour: Hour) -> str:
    if hour.p95_ms is None:
        return f"{clock(hour.start_ms)} UTC: none delivered"
    return f"{clock(hour.start_ms)} UTC: p50 {duration_text(hour.p50_ms)}, p95 {duration_text(hour.p95_ms)}"
