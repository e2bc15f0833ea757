"""What an UPDATE changed: the record as it was frozen, beside how it was frozen the time before."""

import json
from dataclasses import dataclass

from models import Event
from resources.record_changes import previous_event
from ui.inert import visible

LONGEST = 2_000
BOOKKEEPING = frozenset({"modified_ts", "modified_user_id"})
"""Changes with every change, so it comes last."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field with its value before and now, as inert text: empty for null, None where the record did not have it."""

    field: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """`since`: the event before; None where none is on record, and then there is nothing to compare with."""

    since: Event | None
    fields: list[Change]


def changes_of(event: Event) -> Changes | None:
    """What the update changed; None for what is no update."""
    if event.type != "UPDATE":
        return None
    previous = previous_event(event)
    if previous is None:
        return Changes(None, [])
    return Changes(previous, compared(_record(previous.data), _record(event.data)))


def compared(before: dict[str, object], now: dict[str, object]) -> list[Change]:
    """The fields that differ, in the record's own order."""
    missing = object()
    names = [*now, *(name for name in before if name not in now)]
    differing = [name for name in names if not _same(before.get(name, missing), now.get(name, missing))]
    differing.sort(key=BOOKKEEPING.__contains__)
    return [
        Change(
            visible(name),
            _text(before[name]) if name in before else None,
            _text(now[name]) if name in now else None,
        )
        for name in differing
    ]


def _same(before: object, now: object) -> bool:
    return type(before) is type(now) and before == now


def _record(data: str) -> dict[str, object]:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _text(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text[:LONGEST]) + ("…" if len(text) > LONGEST else "")
