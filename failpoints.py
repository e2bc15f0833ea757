"""Named places at which a test may kill, freeze or fail a process. Outside tests nothing happens at any of them.

A place is armed by assigning `on_reached` inside the process. Nothing in the product does so, and no setting,
variable, request or row leads there.
"""

from collections.abc import Callable
from enum import StrEnum


class Place(StrEnum):
    """In the order in which one postback passes them."""

    EVENT_INSERTED = "event inserted"
    COMMITTED_UNTOLD = "committed, nobody told"
    WAKE_RUNG = "wake rung"
    JOB_STARTED = "job started"
    CLAIM_WRITTEN = "claim written"
    TURN_COMMITTED = "turn committed"
    """Claims, records, or both."""
    IN_THE_AIR = "in the air"
    ANSWERED = "answered"
    RECORD_WRITTEN = "record written"
    REOPENING = "reopening"
    REOPENED = "reopened"
    JOB_ENDED = "job ended"


on_reached: Callable[[Place], None] | None = None


def failpoint(place: Place) -> None:
    """Say that this place is reached."""
    if on_reached is not None:
        on_reached(place)
