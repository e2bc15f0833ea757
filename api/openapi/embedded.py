"""What `?expand=` embeds, by name: default fields, nothing embedded in turn."""

from collections.abc import Mapping

from api.openapi.columns import closed, fields_of, nullable, ref
from models import AccountVault, Attempt, Contact, DeliveryState, Location, ProductTransaction, User
from schemas.account_vault import ACCOUNT_VAULT_KEYS
from schemas.contact import CONTACT_KEYS
from schemas.location import LOCATION_KEYS
from schemas.patterns import JsonSchema
from schemas.product_transaction import PRODUCT_TRANSACTION_KEYS

TEXT: JsonSchema = {"type": "string"}
COUNT: JsonSchema = {"type": "integer", "minimum": 0}
TS: JsonSchema = {"type": "integer", "description": "Epoch seconds."}
USER = closed(fields_of(User, ("id", "username", "first_name", "last_name")))
CHANGELOG = closed(
    {
        "id": TEXT,
        "created_ts": TS,
        "action": {"enum": ["CREATE", "UPDATE", "DELETE"]},
        "model": TEXT,
        "model_id": TEXT,
        "user_id": nullable(TEXT),
        "changelog_details": {
            "type": "array",
            "items": closed({"id": TEXT, "changelog_id": TEXT, "field": TEXT, "old_value": {}}),
        },
        "user": nullable(ref("EmbeddedUser")),
    }
)
POSTBACK_LOG = closed(
    {
        "id": TEXT,
        "postback_config_id": TEXT,
        "changelog_id": {"type": "null"},
        "postback_status_id": {"enum": [1, 2, 3, 4]},
        "http_verb": {"const": "post"},
        "next_run_ts": nullable(TS),
        "created_ts": TS,
        "model": TEXT,
        "model_id": TEXT,
    }
)
ATTEMPT = closed(
    {
        **fields_of(Attempt, ("number", "sequence", "state", "status", "trigger", "url", "peer")),
        "started_ts": TS,
        **fields_of(Attempt, ("connect_ms", "tls_ms", "first_byte_ms", "duration_ms", "reason_code", "reason")),
        **fields_of(Attempt, ("advice", "request_headers", "response_headers")),
        "response_body": nullable(TEXT),
    }
)
STATS = closed(
    {
        "delivered": COUNT,
        "failed": COUNT,
        "waiting": COUNT,
        "p50_ms": nullable({"type": "integer"}),
        "p95_ms": nullable({"type": "integer"}),
    }
)
VAULT = {
    **fields_of(AccountVault, (name for name in ACCOUNT_VAULT_KEYS if hasattr(AccountVault, name))),
    "routing": {"type": "null"},
    "expiring_in_months": nullable({"type": "integer"}),
    "has_recurring": {"const": False},
}

COMPONENTS: Mapping[str, JsonSchema] = {
    "EmbeddedLocation": closed(fields_of(Location, LOCATION_KEYS)),
    "EmbeddedUser": USER,
    "EmbeddedContact": closed(fields_of(Contact, CONTACT_KEYS)),
    "EmbeddedProductTransaction": closed(fields_of(ProductTransaction, PRODUCT_TRANSACTION_KEYS)),
    "EmbeddedAccountVault": closed(
        {name: VAULT[name] for name in ACCOUNT_VAULT_KEYS},
    ),
    "EmbeddedChangelog": CHANGELOG,
    "PostbackLog": POSTBACK_LOG,
    "Attempt": ATTEMPT,
    "Stats": STATS,
}


def _many(name: str) -> JsonSchema:
    return {"type": "array", "items": ref(name)}


EMBEDDED: Mapping[str, JsonSchema] = {
    "location": ref("EmbeddedLocation"),
    "created_user": nullable(ref("EmbeddedUser")),
    "contact": nullable(ref("EmbeddedContact")),
    "product_transaction": nullable(ref("EmbeddedProductTransaction")),
    "changelogs": _many("EmbeddedChangelog"),
    "postback_logs": _many("PostbackLog"),
    "account_vault": nullable(ref("EmbeddedAccountVault")),
    "tags": {"type": "array", "items": closed({"id": TEXT, "title": TEXT})},
    "is_voidable": {"type": "boolean"},
    "is_refundable": {"type": "boolean"},
    "basic_auth_username": nullable(TEXT),
    "signing_secret": TEXT,
    "signing_secret_hint": TEXT,
    "stats": ref("Stats"),
    "attempts": _many("Attempt"),
    "data": {"description": "The frozen payload, as JSON and not as the text of it."},
    "outcomes": closed({state.value: COUNT for state in DeliveryState}),
}
"""Expand name → what stands under it. A kind may say otherwise of a name of its own (`Kind.embedded`)."""
