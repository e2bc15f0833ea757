"""What people call a record, read from the data that was frozen with its event."""

import json

NAMES = ("company_name", "name", "title", "description", "transaction_amount")


def record_name(data: str) -> str | None:
    """A short name for the record: a person's name, else the first telling property; None where it has none."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    person = " ".join(part for part in (record.get("first_name"), record.get("last_name")) if isinstance(part, str))
    others = (record.get(name) for name in NAMES)
    return person.strip() or next((found for found in others if isinstance(found, str) and found.strip()), None)
