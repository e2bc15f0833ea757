"""A sample record of each resource, as a test send tells it: keys and order are those of the real ones."""

from collections.abc import Mapping

from schemas.account_vault import ACCOUNT_VAULT_KEYS
from schemas.contact import CONTACT_KEYS
from schemas.transaction import TRANSACTION_KEYS
from schemas.transaction_batch import BATCH_KEYS

SAMPLE_ID = "11e66c8a943ff4b2bf1b2102"
SAMPLE_TS = 1472325312

KEYS: Mapping[str, tuple[str, ...]] = {
    "contact": CONTACT_KEYS,
    "transaction": TRANSACTION_KEYS,
    "transactionbatch": BATCH_KEYS,
    "accountvault": ACCOUNT_VAULT_KEYS,
}
CUSTOM_KEYS = ("id", "location_id", "created_ts", "modified_ts")

CARD: Mapping[str, object] = {"payment_method": "cc", "first_six": "411111", "last_four": "1111"}
VALUES: Mapping[str, Mapping[str, object]] = {
    "contact": {"last_name": "Lue", "email_trx_receipt": False, "header_message_type_id": 0},
    "transaction": {
        **CARD, "transaction_amount": "1.00", "auth_amount": "1.00", "verbiage": "APPROVED", "status_id": 101,
        "type_id": 20, "reason_code_id": 1000, "trx_source_id": 12, "is_recurring": False, "is_accountvault": False,
    },
    "transactionbatch": {"batch_num": 1, "processing_status_id": 1, "is_open": 1},
    "accountvault": {**CARD, "account_holder_name": "Lue", "exp_date": "1230", "has_recurring": False, "active": True},
}  # fmt: skip


def sample_record(resource: str, location_id: str, product_transaction_id: str | None) -> dict[str, object]:
    """A record that might just have been created at this location; unset is None."""
    known: dict[str, object] = {
        "id": SAMPLE_ID,
        "location_id": location_id,
        "product_transaction_id": product_transaction_id,
        "created_ts": SAMPLE_TS,
        "modified_ts": SAMPLE_TS,
        **VALUES.get(resource, {}),
    }
    return {key: known.get(key) for key in KEYS.get(resource, CUSTOM_KEYS)}
