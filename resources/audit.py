"""The audit log: who changed what, written in the transaction of the change itself. Nothing here commits."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert

from extensions import db
from models import AuditEntry, new_ids, now_ts
from resources.access import Actor

NEW_ENTRY = insert(AuditEntry)
SECRET = "••••••"  # noqa: S105 - what stands in a secret's place
SECRETS = frozenset(
    {"basic_auth_password", "signing_secret", "previous_signing_secret", "password", "password_hash", "digest", "token"}
)
NOISE = frozenset({"modified_ts", "version"})
"""What every change changes."""

Change = tuple[str, str, str | None]
"""Record's id, action, and the event that came of it, if one did."""


def note(
    actor: Actor,
    action: str,
    resource: str,
    record_id: str,
    location_id: str | None = None,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write down what the actor did to this record. `before` and `after` are the record's fields; secrets are masked.

    Without a `location_id` it concerns the whole deployment.
    """
    row = _row(actor, action, resource, record_id, location_id)
    db.session.connection().execute(NEW_ENTRY, [{**row, "changes": changes(before or {}, after or {})}])


def note_events(actor: Actor, resource: str, location_id: str, done: Sequence[Change]) -> None:
    """Write down changes of which events came; what stood before and after is told by these events' data."""
    rows = [
        {**_row(actor, action, resource, record_id, location_id), "event_id": event_id}
        for record_id, action, event_id in done
    ]
    db.session.connection().execute(NEW_ENTRY, rows)


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[object]]:
    """Field → [before, after] of what differs, None where it was not there."""
    names = dict.fromkeys([*before, *after])
    return {
        name: [_shown(name, before.get(name)), _shown(name, after.get(name))]
        for name in names
        if before.get(name) != after.get(name) and name not in NOISE
    }


def _shown(name: str, value: object) -> object:
    if value is not None and name in SECRETS:
        return SECRET
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def _row(actor: Actor, action: str, resource: str, record_id: str, location_id: str | None) -> dict[str, object]:
    return {
        "id": new_ids(1)[0],
        "created_ts": now_ts(),
        "user_id": actor.user_id or None,
        "username": actor.username,
        "developer_id": actor.developer_id,
        "credential": actor.credential,
        "action": action,
        "resource": resource,
        "record_id": record_id,
        "location_id": location_id,
        "request_id": actor.request_id,
        "event_id": None,
        "changes": None,
    }
