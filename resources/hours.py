"""What an hour's figures are: deliveries by the hour in which they were created."""

from dataclasses import dataclass

HOUR_MS = 60 * 60 * 1000
HOURS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Hour:
    """What became of the deliveries that were created in one hour, up to now."""

    start_ms: int
    """The hour's beginning, in epoch milliseconds."""
    delivered: int = 0
    failed: int = 0
    """Given up."""
    open: int = 0
    """Waiting, or on the wire."""
    cancelled: int = 0
    p50_ms: int | None = None
    p95_ms: int | None = None
    """Milliseconds from the event to its acknowledgement that this share stayed within; None where none was."""
    estimated: bool = False
    """Whether there were too many to count: the counts are then reckoned from the hour's newest."""

    @property
    def total(self) -> int:
        return self.delivered + self.failed + self.open + self.cancelled


def hours_until(now_ms: int, count: int = HOURS_SHOWN) -> list[int]:
    """Where the last `count` hours begin, oldest first; the last one is still going on."""
    current = now_ms - now_ms % HOUR_MS
    return [current - HOUR_MS * (count - 1 - place) for place in range(count)]
