"""Entries of the audit log on the wire."""

from collections.abc import Mapping

from models import AuditEntry

AUDIT_KEYS = (
    "id",
    "created_ts",
    "user_id",
    "username",
    "developer_id",
    "credential",
    "action",
    "resource",
    "record_id",
    "location_id",
    "request_id",
)


def audit_log_shape(entry: AuditEntry, changes: Mapping[str, object]) -> dict[str, object]:
    """An entry with what changed: field → [before, after]."""
    return {**{key: getattr(entry, key) for key in AUDIT_KEYS}, "changes": changes}
