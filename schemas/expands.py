"""What a config's `expands` may ask to have embedded in a payload, by resource.

Each name here has its maker in the verbs of that resource; a test holds the two together.
"""

from collections.abc import Mapping, Sequence

from schemas.patterns import BLANK, JsonSchema, listed_schema
from schemas.rules import broken

EXPANDS: Mapping[str, Sequence[str]] = {
    "accountvault": ("location", "contact", "created_user", "product_transaction", "changelogs"),
    "contact": ("location", "created_user", "changelogs", "postback_logs"),
    "transaction": (
        "account_vault",
        "contact",
        "location",
        "product_transaction",
        "created_user",
        "changelogs",
        "tags",
        "postback_logs",
        "is_voidable",
        "is_refundable",
    ),
    "transactionbatch": ("changelogs",),
}
LONGEST = 512


def expands_schema(resource: str) -> JsonSchema:
    """What `read_expands` takes, as JSON Schema."""
    offered = "|".join(EXPANDS.get(resource, ()))
    return {"anyOf": [{**listed_schema(f"(?:{offered})", LONGEST)}, {"type": "null"}]} if offered else BLANK


def read_names(value: object) -> list[str]:
    """The names in a comma list, each once, blanks dropped."""
    if value is None:
        return []
    if not isinstance(value, str):
        broken("must be text")
    if len(value) > LONGEST:
        broken(f"must be at most {LONGEST} characters")
    return list(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))


def read_expands(value: object, resource: str) -> str:
    """A comma list of names that this resource offers, in its stored form."""
    names = read_names(value)
    offered = EXPANDS.get(resource, ())
    if not set(names) <= set(offered):
        broken(f"may name {', '.join(offered)}" if offered else f"must be empty: {resource} offers nothing to embed")
    return ",".join(names)
