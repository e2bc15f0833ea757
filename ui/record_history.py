"""A record's history in people's words: who did what, which fields changed, whom that told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import Change, Delivery
from resources.access import Actor
from resources.record_history import Told
from schemas.changelog import changed_fields
from schemas.transaction_batch import SETTLED, TO_SETTLE
from ui.inert import visible
from ui.times import exact_time
from ui.transaction_words import STANDINGS
from ui.words import SKIPPED, SKIPPED_BECAUSE, Status, status_of
from ui.zones import current_zone

WORDS = {"CREATE": ("Created", "plus"), "UPDATE": ("Changed", "pencil"), "DELETE": ("Deleted", "trash-2")}
CODES: Mapping[str, Mapping[Any, str]] = {
    "status_id": {status: word for status, (_, word, _, _) in STANDINGS.items()},
    "processing_status_id": {TO_SETTLE: "to settle", SETTLED: "settled"},
    "is_open": {1: "yes", 0: "no"},
}
"""Fields whose values are numbers that stand for a word."""
LONGEST = 300


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with what it was and what it became, as inert text; empty for what is not set."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One postback of a change."""

    delivery: Delivery
    status: Status


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `note` says why no fields are listed."""

    change: Change
    word: str
    mark: str
    who: str
    fields: Sequence[FieldChange]
    note: str | None
    sent: Sequence[Sent]
    count: int
    """How many postbacks it caused, those that are not listed included."""
    skipped: Status | None
    why_skipped: str | None


def entries_of(actor: Actor, changes: Sequence[Told]) -> list[Entry]:
    """The changes as the page shows them."""
    return [_entry(actor, told) for told in changes]


def _entry(actor: Actor, told: Told) -> Entry:
    change = told.change
    word, mark = WORDS.get(change.type, (change.type.capitalize(), "info"))
    fields = [_field(name, old, new) for name, old, new in changed_fields(change)]
    is_skipped = told.count == 0 and change.skipped_reason is not None
    return Entry(
        change=change,
        word=word,
        mark=mark,
        who=_who(actor, change),
        fields=fields,
        note=_note(change) if not fields else None,
        sent=[Sent(delivery, status_of(delivery)) for delivery in told.deliveries],
        count=told.count,
        skipped=Status(SKIPPED) if is_skipped else None,
        why_skipped=SKIPPED_BECAUSE.get(change.skipped_reason or "") if is_skipped else None,
    )


def _who(actor: Actor, change: Change) -> str:
    if change.user is None:
        return "nobody known"
    return "you" if change.user.id == actor.user_id else change.user.username


def _note(change: Change) -> str | None:
    if change.type != "UPDATE":
        return None
    return "What stood before is not on record." if change.data_before is None else "It was saved as it was."


def _field(name: str, old: Any, new: Any) -> FieldChange:
    """With a word where the record has a number or a moment."""
    if name.endswith("_ts"):
        return FieldChange(name.removesuffix("_ts"), _moment(old), _moment(new))
    if name in CODES:
        words = CODES[name]
        return FieldChange(name.removesuffix("_id"), words.get(old, _text(old)), words.get(new, _text(new)))
    return FieldChange(visible(name), _text(old), _text(new))


def _moment(ts: Any) -> str:
    return exact_time(ts * 1000, current_zone()) if isinstance(ts, int) else ""


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text[:LONGEST]) + ("…" if len(text) > LONGEST else "")
