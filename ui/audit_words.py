"""Entries of the audit log as people read them: what was done to what, through which door, before → after."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from sqlalchemy import select

from extensions import db
from models import AuditEntry, Location
from resources.audit_search import changes_of

ACTIONS = {
    "create": "created",
    "update": "changed",
    "delete": "deleted",
    "revoke": "revoked",
    "retry": "retried",
    "send_now": "sent now",
    "cancel": "cancelled",
    "pause": "paused",
    "resume": "resumed",
    "test": "tested",
    "publish": "published",
    "rotate_secret": "rotated the secret of",
    "reveal_secret": "revealed the secret of",
    "end_sessions": "ended the sessions of",
    "sign_in": "signed in",
    "sign_out": "signed out",
    "rotate_encryption": "re-encrypted",
}
RESOURCES = {
    "postbackconfig": "postback",
    "postbackdelivery": "delivery",
    "postbackreplay": "replay",
    "postbackevent": "events",
    "contact": "contact",
    "transaction": "transaction",
    "transactionbatch": "transaction batch",
    "accountvault": "account vault",
    "producttransaction": "product transaction",
    "location": "location",
    "inbox": "inbox",
    "user": "user",
    "role": "role",
    "userapikey": "API key",
    "developer": "developer",
    "deployment": "deployment",
}
PAGES = {
    "postbackconfig": ("postback_configs.show", "postback_configs.edit"),
    "contact": ("contacts.show", "contacts.edit"),
    "transaction": ("transactions.show",),
    "accountvault": ("account_vaults.show",),
    "postbackdelivery": ("deliveries.show",),
    "postbackreplay": ("replays.show",),
    "location": ("locations.show",),
    "user": ("users.show",),
    "role": ("users.show",),
}
"""Resource → the screens that may show one, the best first."""
ARGUMENTS = {
    "postbackconfig": "config_id",
    "contact": "contact_id",
    "transaction": "transaction_id",
    "accountvault": "vault_id",
    "postbackdelivery": "delivery_id",
    "postbackreplay": "replay_id",
    "user": "user_id",
    "role": "user_id",
}
LONGEST = 4000
Change = tuple[str, str | None, str | None]
"""Field, before, after; None where it was not there."""


@dataclass(frozen=True, slots=True)
class EntryView:
    entry: AuditEntry
    place: str | None
    """The location's name."""
    changes: Sequence[Change]

    @property
    def done(self) -> str:
        return ACTIONS.get(self.entry.action, self.entry.action.replace("_", " "))

    @property
    def what(self) -> str:
        """Empty where the action says it all."""
        if self.entry.action in {"sign_in", "sign_out"}:
            return ""
        return RESOURCES.get(self.entry.resource, self.entry.resource)

    @property
    def through(self) -> str:
        """The door, in words."""
        kind, _, name = self.entry.credential.partition(":")
        words = {"session": "Console", "command": "Command line", "token": "API token"}
        return f"API key {name}…" if kind == "key" else words.get(kind, self.entry.credential)

    @property
    def fields(self) -> str:
        """What changed, in a few words."""
        names = [name for name, _, _ in self.changes]
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""  # noqa: PLR2004
        return ", ".join(names[:4]) + more

    @property
    def record_url(self) -> str | None:
        """Where the record is shown; None where no screen shows it."""
        known = [view for view in PAGES.get(self.entry.resource, ()) if view in current_app.view_functions]
        if not known or self.entry.action == "publish":
            return None
        given: dict[str, Any] = {ARGUMENTS.get(self.entry.resource, "location_id"): self.entry.record_id}
        wants = {name for rule in current_app.url_map.iter_rules(known[0]) for name in rule.arguments}
        if "location_id" in wants - given.keys():
            given["location_id"] = self.entry.location_id or ""
        return url_for(known[0], **given) if wants <= given.keys() and all(given.values()) else None


def viewed(entries: Sequence[AuditEntry]) -> list[EntryView]:
    """The entries with the names of their places."""
    ids = {entry.location_id for entry in entries if entry.location_id}
    names = (
        dict(db.session.execute(select(Location.id, Location.name).where(Location.id.in_(ids))).all()) if ids else {}
    )
    return [EntryView(entry, names.get(entry.location_id or ""), _told(changes_of(entry))) for entry in entries]


def _told(changes: Mapping[str, Sequence[object]]) -> list[Change]:
    return [(name, _text(before), _text(after)) for name, (before, after) in changes.items()]


def _text(value: object) -> str | None:
    """A value as text: what is text stays it, the rest is JSON."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
