"""Changelogs on the wire: what each event changed, told by its frozen data and that of the record's event before."""

import json
import re
from collections.abc import Iterator
from typing import Any

from models import Change
from schemas.user import user_shape

MODELS = {
    "contact": "Contact",
    "transaction": "Transaction",
    "transactionbatch": "TransactionBatch",
    "accountvault": "AccountVault",
}
"""Resource → the family's name of its model."""
RESOURCES = {model: resource for resource, model in MODELS.items()}
UNTOLD = frozenset({"modified_ts"})
HUMP = re.compile(r"(?<!^)(?=[A-Z])")


def changelog_shape(change: Change) -> dict[str, object]:
    """A change in the family's words; its details name each field that changed, with the value it had."""
    return {
        "id": change.id,
        "created_ts": change.created_ms // 1000,
        "action": change.type,
        "model": model_of(change.resource),
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


def model_of(resource: str) -> str:
    """The family's name of a resource's model; `my_invoice` → `MyInvoice`."""
    parts = resource.replace("-", "_").split("_")
    return MODELS.get(resource) or "".join(part[:1].upper() + part[1:] for part in parts)


def resource_of(model: str) -> str:
    """The resource of a model's name. What is a resource's own name already stays as it is."""
    return RESOURCES.get(model) or HUMP.sub("_", model).lower()
