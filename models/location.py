"""Locations: a tree of the merchants' places of business."""

from functools import cache

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, and_, bindparam, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from models.base import Base, Id, new_id, now_ts
from models.product_transaction import ProductTransaction

NAMED = text("deleted_ts IS NULL AND location_api_id IS NOT NULL")


class Location(Base):
    __tablename__ = "locations"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    parent_id: Mapped[str | None] = mapped_column(Id, ForeignKey("locations.id"), index=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    account_number: Mapped[str | None] = mapped_column(String(32))
    address1: Mapped[str | None] = mapped_column(String(32))
    address2: Mapped[str | None] = mapped_column(String(32))
    city: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str | None] = mapped_column(String(2))
    zip_code: Mapped[str | None] = mapped_column(String(10))
    country: Mapped[str | None] = mapped_column(String(3))
    office_phone: Mapped[str | None] = mapped_column(String(10))
    office_ext_phone: Mapped[str | None] = mapped_column(String(10))
    fax: Mapped[str | None] = mapped_column(String(10))
    email_reply_to: Mapped[str | None] = mapped_column(String(60))
    tz: Mapped[str] = mapped_column(String(64), default="America/New_York")
    location_api_id: Mapped[str | None] = mapped_column(String(36))
    location_c1: Mapped[str | None] = mapped_column(String(128))
    location_c2: Mapped[str | None] = mapped_column(String(128))
    location_c3: Mapped[str | None] = mapped_column(String(128))
    default_cc: Mapped[str | None] = mapped_column(Id)
    default_ach: Mapped[str | None] = mapped_column(Id)
    contact_email_trx_receipt_default: Mapped[bool] = mapped_column(default=False)
    created_ts: Mapped[int] = mapped_column(default=now_ts)
    modified_ts: Mapped[int] = mapped_column(default=now_ts)
    deleted_ts: Mapped[int | None]
    """Events, deliveries and deleted records keep pointing at it: its row stays for their history."""

    __table_args__ = (
        Index(
            "uq_locations_parent_id_location_api_id",
            "parent_id",
            "location_api_id",
            unique=True,
            sqlite_where=NAMED,
            postgresql_where=NAMED,
        ),
    )

    product_transactions: Mapped[list[ProductTransaction]] = relationship(
        primaryjoin=lambda: and_(ProductTransaction.location_id == Location.id, ProductTransaction.standing()),
        order_by=ProductTransaction.id,
        viewonly=True,
    )
    """Those that stand, oldest first."""

    @classmethod
    def standing(cls) -> ColumnElement[bool]:
        """Whether it was not deleted, as a condition of a query."""
        return cls.deleted_ts.is_(None)

    @classmethod
    def below(cls, ids: list[str]) -> Select[str]:
        """The ids of these locations and of all that lie below them."""
        return _below().params(roots=ids)

    @classmethod
    def paths(cls) -> Select[str, str]:
        """Each of the locations `leaves` with its own id and those of all that lie above it, up to the root."""
        return _paths()


@cache
def _below() -> Select[str]:
    roots = Location.id.in_(bindparam("roots", expanding=True))
    tree = select(Location.id).where(roots).cte("tree", recursive=True)
    child = aliased(Location)
    tree = tree.union(select(child.id).join(tree, child.parent_id == tree.c.id))
    return select(tree.c.id)


@cache
def _paths() -> Select[str, str]:
    leaves = Location.id.in_(bindparam("leaves", expanding=True))
    path = select(Location.id.label("leaf"), Location.id, Location.parent_id).where(leaves).cte("path", recursive=True)
    parent = aliased(Location)
    path = path.union(select(path.c.leaf, parent.id, parent.parent_id).join(path, parent.id == path.c.parent_id))
    return select(path.c.leaf, path.c.id)
