"""Moments as a form's field of date and time writes them: 2026-11-23T18:00, in a zone.

In addresses they stand in UTC, 2026-11-23T17:00Z, so that a link or a saved filter means the same to everybody who
follows it from anywhere.
"""

from datetime import UTC, datetime, tzinfo

MINUTE_MS = 60_000
END_MS = int(datetime(3000, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""Nothing is looked for from there on, nor before 1970."""


def moment_ms(text: str, zone: tzinfo = UTC, *, last: bool = False) -> int | None:
    """Epoch milliseconds; None where the text is no such moment. An offset in the text goes before the zone.

    An hour that the clocks of the zone show twice is read as the first; with `last`, as the second. What they leave
    out counts from where they were before: 02:30 is then 03:30.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
        again = moment.replace(fold=1)
        if last and again.timestamp() > moment.timestamp():
            moment = again
    ms = int(moment.timestamp() * 1000)
    return ms if 0 <= ms < END_MS else None


def moment_text(ms: int | None) -> str:
    """The moment as an address holds it; empty for None."""
    if ms is None:
        return ""
    precision = "minutes" if ms % MINUTE_MS == 0 else "milliseconds"
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def field_text(ms: int | None, zone: tzinfo = UTC) -> str:
    """The field's text for a moment, to the minute; empty for None."""
    return "" if ms is None else datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%dT%H:%M")
