"""Times in filters: `today`, `last week`, … and single moments. UTC; a week begins on Monday."""

from datetime import UTC, date, datetime, timedelta

LARGEST_TS = 99_999_999_999
DAY = timedelta(days=1)


def named_range(name: str, today: date | None = None) -> tuple[int, int] | None:
    """The half-open range of epoch seconds that a name means; None where it is no such name."""
    today = today or datetime.now(UTC).date()
    monday, first = today - today.weekday() * DAY, today.replace(day=1)
    ranges = {
        "today": (today, today + DAY),
        "yesterday": (today - DAY, today),
        "this week": (monday, monday + 7 * DAY),
        "last week": (monday - 7 * DAY, monday),
        "this month": (first, _next_month(first)),
        "last month": ((first - DAY).replace(day=1), first),
        "last 30 days": (today - 29 * DAY, today + DAY),
    }
    found = ranges.get(name)
    return None if found is None else (_midnight(found[0]), _midnight(found[1]))


def moment(text: str) -> tuple[int, int]:
    """Epoch seconds or a day, as the half-open range of seconds that it covers. Raises ValueError."""
    if text.isascii() and text.isdigit() and int(text[:12]) <= LARGEST_TS:
        return int(text), int(text) + 1
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
        return _midnight(day), _midnight(day + DAY)
    except (ValueError, OverflowError):
        raise ValueError("must be epoch seconds or a date like 2026-12-31") from None


def _next_month(first: date) -> date:
    return (first + 31 * DAY).replace(day=1)


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
