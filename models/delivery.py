"""Deliveries: one event on its way to one config.

waiting → sending → delivered | waiting | failed | cancelled
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, new_id, now_ms, wall_ms
from models.event import Event
from models.postback_config import PostbackConfig


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING_ONLY = text("state = 'waiting'")
SENDING_ONLY = text("state = 'sending'")
UNDELIVERED_ONLY = text("state IN ('failed', 'cancelled')")
REPLAYED_ONLY = text("replay_id IS NOT NULL")


class Delivery(Base):
    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    """Also the `webhook-id`, the same over all attempts."""
    event_id: Mapped[str] = mapped_column(Id, ForeignKey("events.id"), index=True)
    postback_config_id: Mapped[str] = mapped_column(Id, ForeignKey("postback_configs.id"))
    location_id: Mapped[str] = mapped_column(Id)
    data: Mapped[str | None] = mapped_column(Text)
    """The payload where the config's expands make it differ from the event's own."""
    payload_bytes: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long the payload is, so that a worker knows before it loads it."""
    state: Mapped[str] = mapped_column(String(9), default=DeliveryState.WAITING.value)
    attempts_made: Mapped[int] = mapped_column(default=0)
    """Attempts whose outcome is known; these count toward number_of_attempts."""
    attempts_begun: Mapped[int] = mapped_column(default=0)
    """All attempts ever begun, interrupted ones included."""
    interruptions: Mapped[int] = mapped_column(default=0)
    """Attempts in a row that a dying worker left without an outcome."""
    attempts_granted: Mapped[int] = mapped_column(default=0)
    """Attempts allowed by hand: the total that a person's retry raised the limit to."""
    next_trigger: Mapped[str | None] = mapped_column(String(64))
    """Who asked for the next attempt; None: nobody, it is automatic."""
    next_attempt_ms: Mapped[int | None] = mapped_column(default=now_ms)
    """When the next attempt is due; None once final."""
    lease_token: Mapped[str | None] = mapped_column(String(36))
    """Names the claim under which it is being sent; a result under another is refused."""
    lease_until_ms: Mapped[int | None]
    last_status: Mapped[int | None]
    reason_code: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(512))
    """One plain sentence: why it stands as it stands."""
    created_ms: Mapped[int] = mapped_column(default=wall_ms)
    finished_ms: Mapped[int | None]
    replay_id: Mapped[str | None] = mapped_column(Id)
    """The replay that last made it due; None: none did. No foreign key: every attempt would pay for checking it."""

    event: Mapped[Event] = relationship(lazy="raise")
    config: Mapped[PostbackConfig] = relationship(lazy="raise")

    __table_args__ = (
        Index(
            "ix_deliveries_due_by_config",
            "postback_config_id",
            "next_attempt_ms",
            "id",
            sqlite_where=WAITING_ONLY,
            postgresql_where=WAITING_ONLY,
        ),
        Index("ix_deliveries_due", "next_attempt_ms", sqlite_where=WAITING_ONLY, postgresql_where=WAITING_ONLY),
        Index("ix_deliveries_leased", "lease_until_ms", sqlite_where=SENDING_ONLY, postgresql_where=SENDING_ONLY),
        Index("ix_deliveries_replay_id", "replay_id", sqlite_where=REPLAYED_ONLY, postgresql_where=REPLAYED_ONLY),
        Index(
            "ix_deliveries_undelivered",
            "state",
            "id",
            sqlite_where=UNDELIVERED_ONLY,
            postgresql_where=UNDELIVERED_ONLY,
            postgresql_include=["location_id"],
        ),
        Index("ix_deliveries_location_id_id", "location_id", "id"),
        Index("ix_deliveries_postback_config_id_id", "postback_config_id", "id"),
    )
