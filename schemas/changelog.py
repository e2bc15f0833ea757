"""Changelogs on the wire: what each event changed, told by its frozen data and that of the record's event before."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from models import User
from schemas.user import user_shape

MODELS = {
    "contact": "Contact",
    "transaction": "Transaction",
    "transactionbatch": "TransactionBatch",
    "accountvault": "AccountVault",
}
"""Resource → the family's name of its model."""
UNTOLD = frozenset({"modified_ts"})


class Change(NamedTuple):
    """An event with what stood before it."""

    id: str
    created_ms: int
    type: str
    resource: str
    record_id: str
    data: str
    data_before: str | None
    """Of the record's event before this one; None where this is the first."""
    user: User | None


def changelog_shape(change: Change) -> dict[str, object]:
    """A change in the family's words; its details name each field that changed, with the value it had."""
    return {
        "id": change.id,
        "created_ts": change.created_ms // 1000,
        "action": change.type,
        "model": MODELS.get(change.resource) or _camel(change.resource),
        "model_id": change.record_id,
        "user_id": None if change.user is None else change.user.id,
        "changelog_details": [
            {"id": f"{change.id}-{number}", "changelog_id": change.id, "field": field, "old_value": old}
            for number, (field, old, _) in enumerate(changed_fields(change))
        ],
        "user": None if change.user is None else user_shape(change.user),
    }


def changed_fields(change: Change) -> Iterator[tuple[str, Any, Any]]:
    """Each field that an update changed, with the value before and after, in the order of the record."""
    if change.type != "UPDATE" or change.data_before is None:
        return
    before, after = json.loads(change.data_before), json.loads(change.data)
    for name in dict.fromkeys([*after, *before]):
        if name not in UNTOLD and before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _camel(resource: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in resource.replace("-", "_").split("_"))
