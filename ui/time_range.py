"""The time that a list is about: a range that ends now, or from a moment to another, read in the reader's zone."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from models import wall_ms
from resources.delivery_filter import RANGES
from ui.asked import asked, asked_all, asked_word, note, quoted
from ui.moments import moment_ms, moment_text
from ui.zones import current_zone, named_zone

CUSTOM = "custom"
RANGE_WORDS = {"hour": "Last hour", "day": "Last 24 hours", "week": "Last 7 days", CUSTOM: "From … to …"}
"""What the lists offer: ranges that end now, and the one that is given by its ends."""
TIMES = ("from", "to")
LIKE = "It takes a date and a time, like 2026-11-24T18:00."


def asked_times() -> dict[str, str]:
    """The parameters `range`, `from` and `to` as the list's links repeat them: only those that ask for something.

    The form says in which zone it was filled in (`zone`); an address that does not is read in the reader's. Where
    `range` is given and empty, as the form of a list sends it, the ends do not count.
    """
    chosen, zone = asked_word("range", RANGE_WORDS), _asked_zone()
    typed = {name: asked(name) for name in TIMES}
    if chosen in RANGES:
        return {"range": chosen}
    if asked_all("range") and not chosen:
        return {}
    moments = {name: moment_ms(text, zone, last=name == "to") for name, text in typed.items()}
    for name, text in typed.items():
        if text and moments[name] is None:
            note(name, f"cannot be {quoted(text)}. {LIKE}")
    since, until = (moments[name] for name in TIMES)
    if since is not None and until is not None and since >= until:
        note("to", "is not after “from”: nothing lies between them.")
    times = {name: moment_text(ms) for name, ms in moments.items() if ms is not None}
    return {"range": CUSTOM, **times} if times else {}


def bounds_ms(filters: Mapping[str, str]) -> tuple[int | None, int | None]:
    """From when, and until before when, what `asked_times` read: epoch milliseconds as it is now."""
    if length_ms := RANGES.get(filters.get("range", "")):
        return wall_ms() - length_ms, None
    return moment_ms(filters.get("from", "")), moment_ms(filters.get("to", ""))


def bounds_ts(filters: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The same in epoch seconds, for times that are kept in whole ones."""
    since, until = (None if ms is None else -(-ms // 1000) for ms in bounds_ms(filters))
    return since, until


def _asked_zone() -> ZoneInfo:
    given = asked("zone")
    zone = named_zone(given) if given else None
    if given and zone is None:
        note("zone", f"cannot be {quoted(given)}: there is no such time zone. {current_zone()} counts.")
    return zone or current_zone()
