"""The audit log: who changed what, newest first, with its filters in the address. For admins."""

import json

from flask import Blueprint, Response, render_template

from models import AuditEntry
from resources.admin_places import admin_places
from resources.audit_search import Wanted, changes_of, entries_query, find_entries
from ui.asked import asked, asked_before, asked_word
from ui.asked_list import Filters, asked_list
from ui.audit_words import ACTIONS, RESOURCES, viewed
from ui.csv_export import Cell, csv_answer, csv_time
from ui.session import current_actor, require_sign_in
from ui.time_range import asked_times, bounds_ts

audit_log = Blueprint("audit_log", __name__)
audit_log.before_request(require_sign_in)

PLAIN = ("who", "record_id", "location", "request_id")
HEADER = (
    *("entry_id", "created", "user_id", "username", "credential", "developer_id", "action", "resource"),
    *("record_id", "location_id", "request_id", "changes"),
)


@audit_log.get("/audit-log")
def index() -> str:
    actor, filters, before = current_actor(), _asked_filters(), asked_before()
    piece = find_entries(actor, _wanted(filters), before)
    asked_for = asked_list("audit-log", ("audit_log.index", "audit_log.export"), filters, before=before)
    return render_template(
        "audit/index.html",
        asked=asked_for,
        filters=filters,
        rows=viewed(piece.rows),
        older_url=asked_for.older_url(piece.older),
        looked_to_ms=piece.looked_to_ms,
        place_options=[(one.id, one.name) for one in admin_places(actor)],
        action_options=[(name, sentence(words)) for name, words in ACTIONS.items()],
        resource_options=[(name, sentence(words)) for name, words in RESOURCES.items()],
    )


@audit_log.get("/audit-log.csv")
def export() -> Response:
    query = entries_query(current_actor(), _wanted(_asked_filters()))
    return csv_answer("audit-log", query, AuditEntry.id, HEADER, _row)


def _row(entry: AuditEntry) -> tuple[Cell, ...]:
    return (
        *(entry.id, csv_time(entry.created_ts * 1000), entry.user_id, entry.username, entry.credential),
        *(entry.developer_id, entry.action, entry.resource, entry.record_id, entry.location_id, entry.request_id),
        json.dumps(changes_of(entry), ensure_ascii=False),
    )


def _asked_filters() -> dict[str, str]:
    given = {"action": asked_word("action", ACTIONS), "resource": asked_word("resource", RESOURCES)}
    given |= {name: asked(name) for name in PLAIN}
    return {name: text for name, text in given.items() if text} | asked_times()


def _wanted(filters: Filters) -> Wanted:
    since, until = bounds_ts(filters)
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


def sentence(words: str) -> str:
    """The words with a capital letter; `API key` stays as it is."""
    return words[:1].upper() + words[1:]
