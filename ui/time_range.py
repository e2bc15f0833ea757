"""Moments as a form's field of date and time writes them, in UTC: 2026-11-23T18:00."""

from datetime import UTC, datetime

CUSTOM = "custom"
RANGE_WORDS = {"hour": "Last hour", "day": "Last 24 hours", "week": "Last 7 days", CUSTOM: "From … to …"}
"""What the lists offer: ranges that end now, and the one that is given by its ends."""


def moment_ms(text: str) -> int | None:
    """Epoch milliseconds; None where the text is no such moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        ms = int(moment.timestamp() * 1000)
    except (OverflowError, ValueError):
        return None
    return ms if ms >= 0 else None


def moment_text(ms: int | None) -> str:
    """The field's text for a moment, to the minute; empty for None."""
    return "" if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M")
