"""Transactions: payments and what came of them. Columns stand in the order of the wire.

Amounts are whole cents. Of the card or account only its first six and last four digits are kept.
"""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Id, new_id, now_ts
from models.placed import PlacedRecord

NAMED = text("transaction_api_id IS NOT NULL")


class Transaction(PlacedRecord):
    __tablename__ = "transactions"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    payment_method: Mapped[str] = mapped_column(String(3))
    """cc or ach."""
    account_vault_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account_vaults.id"))
    recurring_id: Mapped[str | None] = mapped_column(Id)
    first_six: Mapped[str | None] = mapped_column(String(6))
    """Of a card; a bank account's number can be so short that little would be left to hide."""
    last_four: Mapped[str] = mapped_column(String(4))
    account_holder_name: Mapped[str | None] = mapped_column(String(64))
    transaction_amount: Mapped[int]
    """What is to be settled."""
    description: Mapped[str | None] = mapped_column(String(64))
    transaction_code: Mapped[str | None] = mapped_column(String(32))
    avs: Mapped[str | None] = mapped_column(String(8))
    batch: Mapped[str | None] = mapped_column(String(12))
    """The number of its batch."""
    order_num: Mapped[str | None] = mapped_column(String(32))
    verbiage: Mapped[str | None] = mapped_column(String(64))
    transaction_settlement_status: Mapped[str | None] = mapped_column(String(32))
    effective_date: Mapped[str | None] = mapped_column(String(10))
    routing: Mapped[str | None] = mapped_column(String(9))
    return_date: Mapped[str | None] = mapped_column(String(10))
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)
    transaction_api_id: Mapped[str | None] = mapped_column(String(36))
    terms_agree: Mapped[bool | None]
    notification_email_address: Mapped[str | None] = mapped_column(String(64))
    notification_email_sent: Mapped[bool] = mapped_column(default=False)
    response_message: Mapped[str | None] = mapped_column(String(255))
    auth_amount: Mapped[int | None]
    """What the issuer said yes to."""
    auth_code: Mapped[str | None] = mapped_column(String(6))
    status_id: Mapped[int]
    type_id: Mapped[int]
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    reason_code_id: Mapped[int]
    contact_id: Mapped[str | None] = mapped_column(Id, ForeignKey("contacts.id"))
    billing_zip: Mapped[str | None] = mapped_column(String(12))
    billing_street: Mapped[str | None] = mapped_column(String(255))
    product_transaction_id: Mapped[str] = mapped_column(Id, ForeignKey("product_transactions.id"))
    tax: Mapped[int] = mapped_column(default=0)
    customer_ip: Mapped[str | None] = mapped_column(String(45))
    customer_id: Mapped[str | None] = mapped_column(String(36))
    po_number: Mapped[str | None] = mapped_column(String(36))
    avs_enhanced: Mapped[str | None] = mapped_column(String(1))
    cvv_response: Mapped[str | None] = mapped_column(String(1))
    billing_phone: Mapped[str | None] = mapped_column(String(10))
    billing_city: Mapped[str | None] = mapped_column(String(100))
    billing_state: Mapped[str | None] = mapped_column(String(2))
    clerk_number: Mapped[str | None] = mapped_column(String(16))
    tip_amount: Mapped[int] = mapped_column(default=0)
    created_user_id: Mapped[str | None] = mapped_column(Id)
    modified_user_id: Mapped[str | None] = mapped_column(Id)
    ach_identifier: Mapped[str | None] = mapped_column(String(1))
    check_number: Mapped[str | None] = mapped_column(String(15))
    settle_date: Mapped[str | None] = mapped_column(String(10))
    charge_back_date: Mapped[str | None] = mapped_column(String(10))
    void_date: Mapped[str | None] = mapped_column(String(10))
    account_type: Mapped[str | None] = mapped_column(String(16))
    """A card's brand; checking or savings."""
    is_recurring: Mapped[bool] = mapped_column(default=False)
    is_accountvault: Mapped[bool] = mapped_column(default=False)
    transaction_c1: Mapped[str | None] = mapped_column(String(128))
    transaction_c2: Mapped[str | None] = mapped_column(String(128))
    transaction_c3: Mapped[str | None] = mapped_column(String(128))
    additional_amounts: Mapped[str] = mapped_column(Text, default="[]")
    """JSON as text, like the two below: so it can be searched and sorted like any other column."""
    terminal_serial_number: Mapped[str | None] = mapped_column(String(24))
    entry_mode_id: Mapped[str | None] = mapped_column(String(1))
    terminal_id: Mapped[str | None] = mapped_column(Id)
    quick_invoice_id: Mapped[str | None] = mapped_column(Id)
    ach_sec_code: Mapped[str | None] = mapped_column(String(3))
    custom_data: Mapped[str | None] = mapped_column(Text)
    hosted_payment_page_id: Mapped[str | None] = mapped_column(Id)
    trx_source_id: Mapped[int]
    emv_receipt_data: Mapped[str | None] = mapped_column(Text)

    tags: Mapped[list[Any]] = mapped_column(default=list)
    transaction_batch_id: Mapped[str | None] = mapped_column(Id, ForeignKey("transaction_batches.id"))
    previous_transaction_id: Mapped[str | None] = mapped_column(Id, ForeignKey("transactions.id"))
    """What this one refunds."""

    __table_args__ = (
        Index("ix_transactions_location_id_id", "location_id", "id"),
        Index("ix_transactions_transaction_batch_id_id", "transaction_batch_id", "id"),
        Index("ix_transactions_previous_transaction_id", "previous_transaction_id"),
        Index("ix_transactions_contact_id", "contact_id"),
        Index("ix_transactions_account_vault_id", "account_vault_id"),
        Index(
            "uq_transactions_location_id_transaction_api_id",
            "location_id",
            "transaction_api_id",
            unique=True,
            sqlite_where=NAMED,
            postgresql_where=NAMED,
        ),
    )
