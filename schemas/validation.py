"""From wire values to a validated input, or to a refusal that names every field that broke a rule.

One input model serves creation and partial change: a change is laid over the stored record's own input values and
the whole is judged, so no sequence of small changes leads to a record that could not have been created.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.refusals import Invalid
from schemas.rules import BLANK

READ_ONLY = frozenset({"id", "created_ts", "modified_ts", "_links"})
LONGEST_NAME_SHOWN = 64
MOST_UNKNOWN_SHOWN = 20


class Input(BaseModel):
    """Base of all inputs: its fields are exactly what a caller may give, by their names on the wire."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True)


M = TypeVar("M", bound=Input)


def label(field: str) -> str:
    """A field's name for people: `product_transaction_id` → `Product Transaction Id`."""
    return field.replace("_", " ").title()


def validated(model: type[M], values: Mapping[str, object], rules: object = None) -> M:
    """The input that these values make. `rules` is what the model's validators know of the deployment.

    Raises Invalid with a sentence for each field at fault, unknown names included; read-only names are ignored.
    """
    fields = model.model_fields
    known = {name: value for name, value in values.items() if name in fields}
    errors = unknown_names((name for name in values if name not in known and name not in READ_ONLY), "field")
    try:
        found = model.model_validate(known, context=rules)
    except ValidationError as error:
        raise Invalid(_by_field(error) | errors) from None
    if errors:
        raise Invalid(errors)
    return found


def unknown_names(names: Iterable[str], what: str) -> dict[str, list[str]]:
    """Errors that name what is not known, safe to show whatever the caller wrote."""
    shown = [_shown(name) for name in names][:MOST_UNKNOWN_SHOWN]
    return {name: [f"{name} is not a known {what}."] for name in shown}


def _shown(name: str) -> str:
    plain = name.encode("ascii", "backslashreplace").decode()
    return plain if len(plain) <= LONGEST_NAME_SHOWN else plain[:LONGEST_NAME_SHOWN] + "…"


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in error.errors(include_url=False, include_input=False):
        context: dict[str, Any] = one.get("ctx", {})
        field = context.get("field") or str(one["loc"][0])
        says = BLANK if one["type"] == "missing" else context["says"]
        found.setdefault(field, []).append(f"{label(field)} {says}.")
    return found
