"""Transactions on the wire. The API's record and the postback's `data` are the same shape."""

import json
from enum import IntEnum

from models import Transaction
from schemas.money import money

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
MONEY = ("transaction_amount", "auth_amount", "tax", "tip_amount")
"""Stored as cents, answered as text with two decimals."""
JSON_TEXT = ("additional_amounts", "custom_data", "emv_receipt_data")
"""Stored as JSON text, answered as what it says."""
THROUGH_THE_API = 12
"""`trx_source_id` of an integration."""
KEYED = "K"
"""`entry_mode_id` of a number that was typed in or taken from a vault."""


class Status(IntEnum):
    """`status_id`"""

    APPROVED = 101
    AUTH_ONLY = 102
    REFUNDED = 111
    AVS_ONLY = 121
    PENDING_ORIGINATION = 131
    SETTLED = 134
    VOIDED = 201
    DECLINED = 301
    CHARGED_BACK = 331


class Type(IntEnum):
    """`type_id`"""

    SALE = 20
    AVS = 21
    REFUND = 30
    CREDIT = 40
    DEBIT = 50


def transaction_shape(transaction: Transaction) -> dict[str, object]:
    """A transaction as it is answered and sent: these keys in this order, unset is None."""
    shape: dict[str, object] = {key: getattr(transaction, key) for key in TRANSACTION_KEYS}
    for key in MONEY:
        shape[key] = money(getattr(transaction, key))
    for key in JSON_TEXT:
        text = getattr(transaction, key)
        shape[key] = None if text is None else json.loads(text)
    return shape


def tags_shape(transaction: Transaction) -> list[dict[str, object]]:
    """The tags of a transaction, as they are embedded."""
    return [{"id": tag, "title": tag} for tag in transaction.tags]
