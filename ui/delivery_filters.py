"""The filters of the lists of deliveries, as their address carries them and as words."""

from urllib.parse import urlencode

from flask import url_for
from sqlalchemy import select

from extensions import db
from models import Location, PostbackConfig
from resources.delivery_filter import RANGES, TYPES, Wanted
from ui.asked import asked, asked_word
from ui.asked_list import Filters
from ui.moments import field_text, moment_ms
from ui.time_range import RANGE_WORDS, TIMES, asked_times, bounds_ms
from ui.words import WORDS
from ui.zones import current_zone

CODE_WORDS = {"2xx": "2xx", "3xx": "3xx", "4xx": "4xx", "5xx": "5xx", "none": "No answer"}
STATUS_WORDS = {word.lower(): word for word in WORDS}
TYPE_WORDS = {type_: type_.capitalize() for type_ in TYPES}
PLAIN = ("resource", "config", "replay", "q")


def asked_filters() -> dict[str, str]:
    """What the query string filters for, in the form that the list's own links repeat."""
    given = {
        "status": asked_word("status", STATUS_WORDS, str.lower),
        "code": asked_word("code", CODE_WORDS, str.lower),
        "type": asked_word("type", TYPE_WORDS, str.upper),
        **{name: asked(name) for name in PLAIN},
    }
    return {name: text for name, text in given.items() if text} | asked_times()


def wanted_of(filters: Filters, location: Location | None) -> Wanted:
    """What these filters look for at a location and not below it; None: everywhere in sight."""
    since_ms, until_ms = bounds_ms(filters)
    return Wanted(
        location_id=location.id if location else "",
        status=filters.get("status", ""),
        code=filters.get("code", ""),
        resource=filters.get("resource", ""),
        type=filters.get("type", ""),
        config=filters.get("config", ""),
        replay=filters.get("replay", ""),
        q=filters.get("q", ""),
        range=filters.get("range", ""),
        since_ms=since_ms,
        until_ms=until_ms,
    )


def list_address(location: Location | None, filters: Filters, view: str = "") -> str:
    """The list's address. `view`: the prefix of another view of it, `live_` or `export_`."""
    if location is None:
        path = url_for(f"deliveries.{view}index")
    else:
        path = url_for(f"deliveries.{view}of_location", location_id=location.id)
    return f"{path}?{urlencode(filters)}" if filters else path


def filter_words(filters: Filters) -> list[tuple[str, str]]:
    """Each filter as a label and what it asks for, for people."""
    labels = {"status": "Status", "code": "Code", "resource": "Resource", "type": "Event", "replay": "Replay"}
    told = [(label, filters[name].capitalize()) for name, label in labels.items() if name in filters]
    if "config" in filters:
        url = db.session.scalar(select(PostbackConfig.url).where(PostbackConfig.id == filters["config"]))
        told.append(("Postback", url or filters["config"]))
    if filters.get("range") in RANGES:
        told.append(("Time", RANGE_WORDS[filters["range"]]))
    zone = current_zone()
    ends = [(name, moment_ms(filters[name])) for name in TIMES if name in filters]
    told += [(f"{name.capitalize()} ({zone})", field_text(ms, zone).replace("T", " ")) for name, ms in ends]
    if "q" in filters:
        told.append(("Search", filters["q"]))
    return told
