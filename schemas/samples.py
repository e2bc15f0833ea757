"""A sample record of each resource, as a test send tells it: keys and order are those of the real ones."""

from collections.abc import Mapping

from schemas.account_vault import ACCOUNT_VAULT_KEYS
from schemas.contact import CONTACT_KEYS

SAMPLE_ID = "11e66c8a943ff4b2bf1b2102"
SAMPLE_TS = 1472325312

TRANSACTION_KEYS = (
    "id", "payment_method", "account_vault_id", "recurring_id", "first_six", "last_four", "account_holder_name",
    "transaction_amount", "description", "transaction_code", "avs", "batch", "order_num", "verbiage",
    "transaction_settlement_status", "effective_date", "routing", "return_date", "created_ts", "modified_ts",
    "transaction_api_id", "terms_agree", "notification_email_address", "notification_email_sent", "response_message",
    "auth_amount", "auth_code", "status_id", "type_id", "location_id", "reason_code_id", "contact_id", "billing_zip",
    "billing_street", "product_transaction_id", "tax", "customer_ip", "customer_id", "po_number", "avs_enhanced",
    "cvv_response", "billing_phone", "billing_city", "billing_state", "clerk_number", "tip_amount", "created_user_id",
    "modified_user_id", "ach_identifier", "check_number", "settle_date", "charge_back_date", "void_date",
    "account_type", "is_recurring", "is_accountvault", "transaction_c1", "transaction_c2", "transaction_c3",
    "additional_amounts", "terminal_serial_number", "entry_mode_id", "terminal_id", "quick_invoice_id",
    "ach_sec_code", "custom_data", "hosted_payment_page_id", "trx_source_id", "emv_receipt_data",
)  # fmt: skip
BATCH_KEYS = (
    "id", "batch_num", "product_transaction_id", "created_ts", "processing_status_id", "is_open", "batch_close_ts",
    "settlement_file_name",
)  # fmt: skip
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
