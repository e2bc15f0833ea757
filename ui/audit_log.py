"""The audit log: who changed what, newest first, with its filters in the address. For admins."""

import json
from dataclasses import dataclass
from time import time
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, url_for

from models import AuditEntry
from resources.admin_places import admin_places, place_name
from resources.audit_search import Wanted, changes_of, entries_query, find_entries
from resources.saved_filters import saved_filters
from ui.asked import asked
from ui.audit_words import ACTIONS, RESOURCES, viewed
from ui.csv_export import Cell, csv_answer, csv_time
from ui.session import current_actor, require_sign_in
from ui.time_range import moment_ms

audit_log = Blueprint("audit_log", __name__)
audit_log.before_request(require_sign_in)

SCREEN = "audit-log"
PLAIN = ("who", "action", "resource", "record_id", "location", "request_id")
TIMES = ("from", "to")
CUSTOM = "custom"
RANGES = {"hour": 3600, "day": 86400, "week": 7 * 86400}
RANGE_WORDS = {"hour": "Last hour", "day": "Last 24 hours", "week": "Last 7 days", CUSTOM: "From … to …"}
HEADER = (
    *("entry_id", "created", "user_id", "username", "credential", "developer_id", "action", "resource"),
    *("record_id", "location_id", "request_id", "changes"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address filters for: only parameters that ask for something."""

    filters: dict[str, str]
    before: str | None

    def url(self, view: str = "index", **more: str) -> str:
        query = urlencode(self.filters | more)
        return url_for(f"audit_log.{view}") + (f"?{query}" if query else "")


@audit_log.get("/audit-log")
def index() -> str:
    actor, asked_for = current_actor(), _asked()
    piece = find_entries(actor, _wanted(asked_for.filters), asked_for.before)
    return render_template(
        "audit/index.html",
        asked=asked_for,
        filters=asked_for.filters,
        rows=viewed(piece.rows),
        older_url=asked_for.url(before=piece.older) if piece.older else None,
        newest_url=asked_for.url() if asked_for.before else None,
        looked_to_ms=piece.looked_to_ms,
        places=admin_places(actor),
        place=place_name(asked_for.filters.get("location")),
        saved=saved_filters(actor, SCREEN),
        screen=SCREEN,
        actions=ACTIONS,
        resources=RESOURCES,
        ranges=RANGE_WORDS,
    )


@audit_log.get("/audit-log.csv")
def export() -> Response:
    query = entries_query(current_actor(), _wanted(_asked().filters))
    return csv_answer("audit-log", query, AuditEntry.id, HEADER, _row)


def _row(entry: AuditEntry) -> tuple[Cell, ...]:
    return (
        *(entry.id, csv_time(entry.created_ts * 1000), entry.user_id, entry.username, entry.credential),
        *(entry.developer_id, entry.action, entry.resource, entry.record_id, entry.location_id, entry.request_id),
        json.dumps(changes_of(entry), ensure_ascii=False),
    )


def _asked() -> Asked:
    filters = {name: text for name in PLAIN if (text := asked(name))}
    if asked("range") in RANGES:
        filters["range"] = asked("range")
    else:
        times = {name: asked(name) for name in TIMES if moment_ms(asked(name)) is not None}
        filters |= times | ({"range": CUSTOM} if times else {})
    return Asked(filters, asked("before") or None)


def _wanted(filters: dict[str, str]) -> Wanted:
    since, until = (_seconds(filters.get(name, "")) for name in TIMES)
    if length := RANGES.get(filters.get("range", "")):
        since = int(time()) - length
    return Wanted(
        location_id=filters.get("location", ""),
        username=filters.get("who", ""),
        action=filters.get("action", ""),
        resource=filters.get("resource", ""),
        record_id=filters.get("record_id", ""),
        request_id=filters.get("request_id", ""),
        created_ts_from=since,
        created_ts_to=until,
    )


def _seconds(text: str) -> int | None:
    ms = moment_ms(text)
    return None if ms is None else ms // 1000
