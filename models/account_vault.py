"""Account vaults: cards and bank accounts kept for later payments. Of the number only what tells it apart."""

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Id, new_id, now_ts
from models.placed import DeletableRecord

NAMED = text("deleted_ts IS NULL AND account_vault_api_id IS NOT NULL")


class AccountVault(DeletableRecord):
    __tablename__ = "account_vaults"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    payment_method: Mapped[str] = mapped_column(String(3))
    """cc or ach."""
    title: Mapped[str | None] = mapped_column(String(64))
    account_holder_name: Mapped[str | None] = mapped_column(String(64))
    first_six: Mapped[str | None] = mapped_column(String(6))
    """Of a card."""
    last_four: Mapped[str] = mapped_column(String(4))
    billing_address: Mapped[str | None] = mapped_column(String(255))
    billing_zip: Mapped[str | None] = mapped_column(String(12))
    exp_date: Mapped[str | None] = mapped_column(String(4))
    """MMYY."""
    account_type: Mapped[str | None] = mapped_column(String(16))
    """checking or savings; of a card, its brand."""
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    contact_id: Mapped[str | None] = mapped_column(Id, ForeignKey("contacts.id"))
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)
    account_vault_api_id: Mapped[str | None] = mapped_column(String(36))
    dl_number: Mapped[str | None] = mapped_column(String(32))
    dl_state: Mapped[str | None] = mapped_column(String(2))
    customer_id: Mapped[str | None] = mapped_column(String(36))
    ssn4: Mapped[str | None] = mapped_column(String(4))
    dob_year: Mapped[str | None] = mapped_column(String(4))
    billing_state: Mapped[str | None] = mapped_column(String(2))
    billing_city: Mapped[str | None] = mapped_column(String(100))
    billing_phone: Mapped[str | None] = mapped_column(String(10))
    accountvault_c1: Mapped[str | None] = mapped_column(String(128))
    accountvault_c2: Mapped[str | None] = mapped_column(String(128))
    accountvault_c3: Mapped[str | None] = mapped_column(String(128))
    ach_sec_code: Mapped[str | None] = mapped_column(String(3))
    active: Mapped[bool] = mapped_column(default=True)
    created_user_id: Mapped[str | None] = mapped_column(Id)

    __table_args__ = (
        Index("ix_account_vaults_location_id_id", "location_id", "id"),
        Index("ix_account_vaults_contact_id", "contact_id"),
        Index(
            "uq_account_vaults_location_id_account_vault_api_id",
            "location_id",
            "account_vault_api_id",
            unique=True,
            sqlite_where=NAMED,
            postgresql_where=NAMED,
        ),
    )
