"""Who works in the demo's week, and what the audit log says they did. The night's trouble begins with one of them."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from docs.week_of_receivers import DOWN_SINCE_MS, HOUR_MS, MINUTE_MS
from docs.week_rows import Week
from models import ApiKey, AuditEntry, Event, InboxMessage, Role, User, UserSession

STAFF = (
    ("maria.silva", "Maria", "Silva", "operator"),
    ("tom.becker", "Tom", "Becker", "viewer"),
    ("ines.duarte", "Inês", "Duarte", "admin"),
    ("erp-sync", "ERP", "Sync", "integration"),
)
PROGRAM, OPERATOR = "erp-sync", "maria.silva"
OLD_URL = "https://warehouse.example/hooks/contacts"
IN_THE_INBOX = 14


def plant_staff(week: Week, group_id: str) -> None:
    """Their accounts, with a role each."""
    made_ts = week.end_ms // 1000 - 400 * 24 * 3600
    for username, first, last, role in STAFF:
        names = {"username": username, "username_key": username, "first_name": first, "last_name": last}
        week.add(
            User, id=id_of(username), email=f"{username}@example.com", created_ts=made_ts, modified_ts=made_ts, **names
        )
        week.add(Role, user_id=id_of(username), location_id=group_id, name=role)
    key = f"{week.random.getrandbits(256):064x}"
    made = {"prefix": key[:8], "digest": sha256(key.encode()).hexdigest(), "created_ts": made_ts}
    week.add(ApiKey, id=week.id_at(made_ts * 1000), user_id=id_of(PROGRAM), **made)


def id_of(username: str) -> str:
    return f"demo-week-{username}"


def author(week: Week) -> str:
    """The id of who causes an event: mostly the program, else somebody at the console."""
    return id_of(PROGRAM if week.random.random() < 0.8 else OPERATOR)  # noqa: PLR2004


def note_event(week: Week, event: dict[str, Any]) -> None:
    """The audit entry of an event's cause."""
    username = str(event["user_id"]).removeprefix("demo-week-")
    action = str(event["type"]).lower()
    about = {name: event[name] for name in ("resource", "record_id", "location_id")}
    _entry(week, event["created_ms"], username, action, event_id=event["id"], **about)


def tell_the_story(week: Week, first_location_id: str, changed_config: dict[str, Any]) -> None:
    """Sign-ins of every day; then a URL that was changed in the evening, and what somebody tried in the night."""
    for day in range(7, 0, -1):
        for username in (OPERATOR, "ines.duarte"):
            ms = week.end_ms - day * 24 * HOUR_MS + week.random.randrange(HOUR_MS)
            _entry(
                week, ms, username, "sign_in", resource="user", record_id=id_of(username), location_id=first_location_id
            )
    config = {"resource": "postbackconfig", "record_id": changed_config["id"], "location_id": first_location_id}
    evening = week.end_ms - DOWN_SINCE_MS - 2 * MINUTE_MS
    url, attempts = [OLD_URL, changed_config["url"]], [3, changed_config["number_of_attempts"]]
    changed_config["modified_ts"] = evening // 1000
    _entry(week, evening, "ines.duarte", "update", changes={"url": url, "number_of_attempts": attempts}, **config)
    _entry(week, week.end_ms - 7 * HOUR_MS, OPERATOR, "test", **config)
    for username, hours in ((OPERATOR, 3), ("ines.duarte", 1)):
        _sign_in_today(week, username, week.end_ms - hours * HOUR_MS)


def _entry(week: Week, ms: int, username: str, action: str, **values: Any) -> None:
    program = username == PROGRAM
    week.add(
        AuditEntry,
        id=week.id_at(ms),
        created_ts=ms // 1000,
        user_id=id_of(username),
        username=username,
        credential="key:5f0c9a1e" if program else "session",
        action=action,
        request_id=f"{week.random.getrandbits(64):016x}",
        **{"event_id": None, "changes": None, **values},
    )


def _sign_in_today(week: Week, username: str, ms: int) -> None:
    """A session that is in use."""
    times = {"created_ts": ms // 1000, "last_seen_ts": week.end_ms // 1000 - week.random.randrange(1800)}
    digest = sha256(f"{username} {ms}".encode()).hexdigest()
    week.add(UserSession, digest=digest, user_id=id_of(username), address="192.0.2.41", revoked_ts=None, **times)


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
