"""Which role a user has at a location and at everything below it."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class Role(Base):
    __tablename__ = "roles"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(16))
    """viewer, operator, admin or integration; what each may do stands in `resources.access`."""
