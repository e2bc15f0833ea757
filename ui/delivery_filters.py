"""The filters of the lists of deliveries, as their address carries them and as words."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy import select

from extensions import db
from models import Location, PostbackConfig
from resources.delivery_filter import RANGES, Wanted
from ui.asked import asked
from ui.time_range import CUSTOM, RANGE_WORDS, moment_ms

CODE_WORDS = {"2xx": "2xx", "3xx": "3xx", "4xx": "4xx", "5xx": "5xx", "none": "No answer"}
PLAIN = ("status", "code", "resource", "type", "config", "replay", "q")
TIMES = ("from", "to")
Filters = Mapping[str, str]
"""Query parameters of a list: only those that ask for something."""


def asked_filters() -> dict[str, str]:
    """What the query string filters for, in the form that the list's own links repeat."""
    filters = {name: text for name in PLAIN if (text := asked(name))}
    for name, change in (("status", str.lower), ("code", str.lower), ("type", str.upper)):
        if name in filters:
            filters[name] = change(filters[name])
    if asked("range") in RANGES:
        return filters | {"range": asked("range")}
    times = {name: asked(name) for name in TIMES if moment_ms(asked(name)) is not None}
    return filters | times | ({"range": CUSTOM} if times else {})


def wanted_of(filters: Filters, location: Location | None) -> Wanted:
    """What these filters look for at a location and not below it; None: everywhere in sight."""
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
        since_ms=moment_ms(filters.get("from", "")),
        until_ms=moment_ms(filters.get("to", "")),
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
    told += [(f"{name.capitalize()} (UTC)", filters[name].replace("T", " ")) for name in TIMES if name in filters]
    if "q" in filters:
        told.append(("Search", filters["q"]))
    return told
