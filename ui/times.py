"""Moments as people read them. All but days are epoch milliseconds; a zone is UTC unless it is given."""

from datetime import UTC, date, datetime, tzinfo

from models import wall_ms

MINUTE, HOUR, DAY = 60, 3600, 86400
UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s"))
RELATIVE_UP_TO = 14 * DAY
JUST_NOW = 2


def iso_time(ms: int) -> str:
    """2026-11-23T14:05:12.345Z, for machines."""
    return _moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def exact_time(ms: int, zone: tzinfo = UTC) -> str:
    """23 Nov 2026, 14:05:12 UTC."""
    return f"{_moment(ms, zone):%-d %b %Y, %H:%M:%S %Z}"


def day_text(day: str) -> str:
    """24 Nov 2026, of 2026-11-24."""
    return f"{date.fromisoformat(day):%-d %b %Y}"


def clock_time(ms: int, zone: tzinfo = UTC) -> str:
    """14:05."""
    return f"{_moment(ms, zone):%H:%M}"


def relative_time(ms: int, now: int | None = None, zone: tzinfo = UTC) -> str:
    """3 min ago, in 4 min; the date where that is more than two weeks away."""
    seconds = round((ms - (wall_ms() if now is None else now)) / 1000)
    if abs(seconds) > RELATIVE_UP_TO:
        return f"{_moment(ms, zone):%-d %b %Y}"
    if abs(seconds) < JUST_NOW:
        return "just now"
    return f"in {duration(seconds)}" if seconds > 0 else f"{duration(-seconds)} ago"


def duration(seconds: int) -> str:
    """The largest whole unit of a length of time: 45 s, 20 min, 3 h, 2 d."""
    size, name = next((unit for unit in UNITS if seconds >= unit[0]), UNITS[-1])
    return f"{seconds // size} {name}"


def _moment(ms: int, zone: tzinfo = UTC) -> datetime:
    return datetime.fromtimestamp(ms / 1000, zone)
