"""Contacts of a location. Columns stand in the order of the wire."""

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Id, new_id, now_ts
from models.placed import DeletableRecord

STANDING = text("deleted_ts IS NULL")


class Contact(DeletableRecord):
    __tablename__ = "contacts"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    account_number: Mapped[str | None] = mapped_column(String(32))
    contact_api_id: Mapped[str | None] = mapped_column(String(36))
    company_name: Mapped[str | None] = mapped_column(String(64))
    first_name: Mapped[str | None] = mapped_column(String(64))
    last_name: Mapped[str] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(255))
    city: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str | None] = mapped_column(String(2))
    zip: Mapped[str | None] = mapped_column(String(12))
    home_phone: Mapped[str | None] = mapped_column(String(10))
    cell_phone: Mapped[str | None] = mapped_column(String(10))
    office_phone: Mapped[str | None] = mapped_column(String(10))
    office_ext_phone: Mapped[str | None] = mapped_column(String(10))
    email_trx_receipt: Mapped[bool] = mapped_column(default=False)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)
    date_of_birth: Mapped[str | None] = mapped_column(String(10))
    header_message: Mapped[str | None] = mapped_column(String(250))
    header_message_type_id: Mapped[int] = mapped_column(default=0)
    contact_c1: Mapped[str | None] = mapped_column(String(128))
    contact_c2: Mapped[str | None] = mapped_column(String(128))
    contact_c3: Mapped[str | None] = mapped_column(String(128))
    contact_balance: Mapped[str | None] = mapped_column(String(12))
    created_user_id: Mapped[str | None] = mapped_column(Id)

    __table_args__ = (
        Index("ix_contacts_location_id_id", "location_id", "id"),
        Index(
            "ix_contacts_modified_ts_id",
            "modified_ts",
            "id",
            sqlite_where=STANDING,
            postgresql_where=STANDING,
            postgresql_include=["location_id"],
        ),
        Index(
            "ix_contacts_location_id_modified_ts_id",
            "location_id",
            "modified_ts",
            "id",
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        Index(
            "uq_contacts_contact_api_id_location_id",
            "contact_api_id",
            "location_id",
            unique=True,
            sqlite_where=text("deleted_ts IS NULL AND contact_api_id IS NOT NULL"),
            postgresql_where=text("deleted_ts IS NULL AND contact_api_id IS NOT NULL"),
        ),
    )
