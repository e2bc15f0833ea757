"""Who works in the demo's week, and what the audit log says they did. The night's trouble begins with one of them."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from docs.week_of_receivers import DOWN_SINCE_MS, HOUR_MS, MINUTE_MS
from docs.week_rows import Week
from models import ApiKey, AuditEntry, Event, InboxMessage, PostbackReplay, Role, User

STAFF = (
    ("maria.silva", "Maria", "Silva", "operator"),
    ("tom.becker", "Tom", "Becker", "viewer"),
    ("ines.duarte", "Inês", "Duarte", "admin"),
    ("erp-sync", "ERP", "Sync", "integration"),
)
PROGRAM = "erp-sync"
OLD_URL = "https://warehouse.example/hooks/contacts"
IN_THE_INBOX = 14


def plant_staff(week: Week, group_id: str) -> None:
    """Their accounts, with a role each."""
    made_ts = week.end_ms // 1000 - 400 * 24 * 3600
    for username, first, last, role in STAFF:
        names = {"username": username, "username_key": username, "first_name": first, "last_name": last}
        week.add(
            User, id=_id(username), email=f"{username}@example.com", created_ts=made_ts, modified_ts=made_ts, **names
        )
        week.add(Role, user_id=_id(username), location_id=group_id, name=role)
    key = f"{week.random.getrandbits(256):064x}"
    made = {"prefix": key[:8], "digest": sha256(key.encode()).hexdigest(), "created_ts": made_ts}
    week.add(ApiKey, id=week.id_at(made_ts * 1000), user_id=_id(PROGRAM), **made)


def _id(username: str) -> str:
    return f"demo-week-{username}"


def author(week: Week) -> str:
    """The id of who causes an event: mostly the program, else somebody at the console."""
    return _id(PROGRAM if week.random.random() < 0.8 else "maria.silva")  # noqa: PLR2004


def note_event(week: Week, event: dict[str, Any]) -> None:
    """The audit entry of an event's cause."""
    username = str(event["user_id"]).removeprefix("demo-week-")
    action = str(event["type"]).lower()
    about = {name: event[name] for name in ("resource", "record_id", "location_id")}
    _entry(week, event["created_ms"], username, action, event_id=event["id"], **about)


def tell_the_story(week: Week, first_location_id: str, changed_config: dict[str, Any]) -> None:
    """Sign-ins of every day; then a URL that was changed in the evening, and what somebody tried in the night."""
    for day in range(7, 0, -1):
        for username in ("maria.silva", "ines.duarte"):
            ms = week.end_ms - day * 24 * HOUR_MS + week.random.randrange(HOUR_MS)
            _entry(
                week, ms, username, "sign_in", resource="user", record_id=_id(username), location_id=first_location_id
            )
    config = {"resource": "postbackconfig", "record_id": changed_config["id"], "location_id": first_location_id}
    evening = week.end_ms - DOWN_SINCE_MS - 2 * MINUTE_MS
    url, attempts = [OLD_URL, changed_config["url"]], [3, changed_config["number_of_attempts"]]
    changed_config["modified_ts"] = evening // 1000
    _entry(week, evening, "ines.duarte", "update", changes={"url": url, "number_of_attempts": attempts}, **config)
    _entry(week, week.end_ms - 7 * HOUR_MS, "maria.silva", "test", **config)
    _plant_replays(week, first_location_id)


def _entry(week: Week, ms: int, username: str, action: str, **values: Any) -> None:
    program = username == PROGRAM
    week.add(
        AuditEntry,
        id=week.id_at(ms),
        created_ts=ms // 1000,
        user_id=_id(username),
        username=username,
        credential="key:5f0c9a1e" if program else "session",
        action=action,
        request_id=f"{week.random.getrandbits(64):016x}",
        **{"event_id": None, "changes": None, **values},
    )


def _plant_replays(week: Week, location_id: str) -> None:
    """One that was finished days ago, and one that waits for somebody."""
    person = {"created_user_id": _id("maria.silva"), "created_by": "maria.silva", "location_id": location_id}
    then, now = week.end_ms - 3 * 24 * HOUR_MS, week.end_ms - 40 * MINUTE_MS
    done = {"state": "finished", "reason": "All of them were made due.", "total": 38, "done": 38, "steps": 2}
    paused = {"state": "paused", "reason": "Paused by maria.silva.", "total": 21, "done": 9, "steps": 1}
    mailer, warehouse = "demo-week-mailer", "demo-week-warehouse"
    for ms, config, rest in ((then, mailer, done), (now, warehouse, paused)):
        ended = ms + 4000 if rest["state"] == "finished" else None
        told = {"id": week.id_at(ms), "created_ms": ms, "paced_ms": ms, "finished_ms": ended, "rate": 10}
        week.add(PostbackReplay, postback_config_id=config, status="failed", **told, **rest, **person)


def fill_inbox(week: Week, inbox_id: str, location_id: str) -> None:
    """The newest contacts of this location as the built-in receiver got them."""
    told = [row for row in week.rows[Event] if (row["location_id"], row["resource"]) == (location_id, "contact")]
    for event in told[-IN_THE_INBOX:]:
        _arrive(week, inbox_id, event)


def _arrive(week: Week, inbox_id: str, event: dict[str, Any]) -> None:
    fields: Sequence[tuple[str, object]] = (
        ("type", event["type"]), ("resource", event["resource"]), ("number_of_attempts", 1), ("data", event["data"]),
    )  # fmt: skip
    ms = event["created_ms"] + 40
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "Postbacks/0.1.0",
        "webhook-id": week.id_at(ms),
        "webhook-timestamp": str(ms // 1000),
        "webhook-signature": "***",
    }
    kept = {"id": week.id_at(ms), "inbox_id": inbox_id, "received_ms": ms, "headers": json.dumps(headers)}
    week.add(InboxMessage, body=urlencode(fields).encode(), answered=200, signature="verified", **kept)
