"""From a list's filters to the replay of what they match, or to the reason why there is none."""

from typing import NamedTuple
from urllib.parse import urlencode

from flask import url_for

from extensions import db
from models import Location, PostbackConfig
from resources.access import Actor, allows
from resources.delivery_filter import configs_of_url
from resources.delivery_sight import permitted_at
from resources.postback_replays import PERMISSION
from ui.asked_list import Filters
from ui.delivery_filters import wanted_of
from ui.moments import moment_text

STATUSES = {
    "": {"status": "failed"},
    "failed": {"status": "failed"},
    "blocked": {"status": "failed", "reason_code": "blocked_target"},
    "cancelled": {"status": "cancelled"},
    "delivered": {"status": "delivered"},
    "skipped": {"skipped": "inactive_config,no_config"},
}
CODES = {f"{first}xx": f"{first}00|{first}99" for first in range(2, 6)}
NO_ROLE = "Replaying needs the operator role."
WHERE = "Open a location's deliveries to replay them: a replay belongs to one location."
WAITING = "What is queued, on the wire or retrying is sent by itself. Filter for what has ended to replay it."
TEXT = "A search text cannot be replayed. Choose a postback or a time range instead."
NO_ANSWER = "“No answer” cannot be replayed as a filter. Choose Failed or Blocked instead."
OF_REPLAY = "This lists one replay. Take that filter away to replay what else is here."


class ReplayLink(NamedTuple):
    """`url` of the replay's form with everything filled in; None: `why` says what stands in the way."""

    url: str | None
    why: str | None = None


def replay_of_list(actor: Actor, location: Location | None, filters: Filters) -> ReplayLink:
    """The replay of what a list's filters match."""
    config_id = filters.get("config", "")
    if filters.get("q"):
        named = configs_of_url(actor, filters["q"])
        if len(named) != 1 or config_id not in {"", named[0]}:
            return ReplayLink(None, TEXT)
        config_id = named[0]
    place = location.id if location else _place(actor, config_id)
    if why := _in_the_way(actor, place, filters):
        return ReplayLink(None, why)
    since_ms, until_ms = wanted_of(filters, location).bounds()
    asked = {
        **STATUSES[filters.get("status", "")],
        "postback_config_id": config_id,
        "code": CODES.get(filters.get("code", ""), ""),
        "resource": filters.get("resource", ""),
        "type": filters.get("type", ""),
        "begin": moment_text(since_ms),
        "end": moment_text(until_ms),
    }
    given = {name: value for name, value in asked.items() if value}
    return ReplayLink(f"{url_for('replays.new', location_id=place)}?{urlencode(given)}")


def _place(actor: Actor, config_id: str) -> str | None:
    """Where a replay of a list over all belongs: to the config's location, or where the actor's only role lies."""
    if config_id:
        config = db.session.get(PostbackConfig, config_id)
        return config.location_id if config else None
    places = {grant.location_id for grant in actor.grants if allows(grant.role, PERMISSION)}
    return places.pop() if len(places) == 1 else None


def _in_the_way(actor: Actor, place: str | None, filters: Filters) -> str | None:
    if not any(allows(grant.role, PERMISSION) for grant in actor.grants):
        return NO_ROLE
    if place is None:
        return WHERE
    if place not in permitted_at(actor, PERMISSION, [place]):
        return NO_ROLE
    if filters.get("status", "") not in STATUSES:
        return WAITING
    if filters.get("code") == "none":
        return NO_ANSWER
    return OF_REPLAY if filters.get("replay") else None
