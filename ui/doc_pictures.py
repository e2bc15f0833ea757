"""The console's own screens in its documentation: what each shows, in words, and how large it is.

`make screenshots` takes them, as static/pictures/<name>-<theme>.webp.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one size in both themes."""

    alt: str
    width: int
    """Pixels of the page, as the height; the file has more of them."""
    height: int


PICTURES: Mapping[str, Picture] = {
    "add-postback": Picture(
        "Add Postback: the resource and its events, the URL, attempts and interval on the left; on the right the exact "
        "POST that will be sent.",
        1120,
        640,
    ),
    "failed-delivery": Picture(
        "A failed delivery: the receiver did not accept a connection in time, what to do about it, a Retry button, and "
        "its life from the event over four attempts to the end.",
        1120,
        468,
    ),
    "replay": Picture(
        "A paused replay: how many of the failed deliveries are queued, Resume and Cancel, and what became of those "
        "already sent.",
        800,
        420,
    ),
}
