"""Replays: sending many again, or for the first time, at a measured pace. Each row is one such operation.

running ⇄ paused, running → finished, running | paused → cancelled
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, new_id, now_ms


class ReplayState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


RUNNING_ONLY = text("state = 'running'")


class PostbackReplay(Base):
    __tablename__ = "postback_replays"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)

    # What it is about. None: any.
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"), index=True)
    """This location and everything below it."""
    postback_config_id: Mapped[str | None] = mapped_column(Id, ForeignKey("postback_configs.id"))
    status: Mapped[str | None] = mapped_column(String(32))
    """Comma list of the states of the deliveries to send again; None: no delivery."""
    skipped: Mapped[str | None] = mapped_column(String(32))
    """Comma list of the reasons for which events became no delivery; None: no event."""
    code: Mapped[str | None] = mapped_column(String(255))
    """Last HTTP statuses, a comma list of numbers and ranges: `404,500|599`."""
    reason_code: Mapped[str | None] = mapped_column(String(255))
    resource: Mapped[str | None] = mapped_column(String(255))
    type: Mapped[str | None] = mapped_column(String(32))
    created_from_ms: Mapped[int | None]
    created_before_ms: Mapped[int | None]

    # The set is closed at this moment: ids beyond these, and what came to its end later, are no part of it.
    created_ms: Mapped[int] = mapped_column(default=now_ms)
    last_delivery_id: Mapped[str] = mapped_column(Id, default="")
    last_event_id: Mapped[str] = mapped_column(Id, default="")

    rate: Mapped[int]
    """The most deliveries that it makes due in a second."""
    state: Mapped[str] = mapped_column(String(9), default=ReplayState.RUNNING.value)
    reason: Mapped[str | None] = mapped_column(String(512))
    """One plain sentence: why it stands as it stands."""
    total: Mapped[int] = mapped_column(default=0)
    """How many there were to send when it was asked for."""
    done: Mapped[int] = mapped_column(default=0)
    """How many it has made due; what changed in the meantime is passed over and never counted."""

    # How far it has come. Moved on in the transaction that makes a step's deliveries due.
    part: Mapped[str] = mapped_column(String(10), default="deliveries")
    """The table that it goes through: deliveries, then events."""
    reached_key: Mapped[str] = mapped_column(Id, default="")
    """The location that it is at; where it is about one config's deliveries, the config."""
    reached_id: Mapped[str] = mapped_column(Id, default="")
    """The last id there that was looked at."""
    steps: Mapped[int] = mapped_column(default=0)
    """Counts the steps; of two workers that take the same one, the second finds it taken."""
    paced_ms: Mapped[int] = mapped_column(default=now_ms)
    """The moment up to which the rate is used up."""

    created_user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_by: Mapped[str] = mapped_column(String(64))
    """That user's name when it was asked for; the `trigger` of the attempts that follow."""
    finished_ms: Mapped[int | None]

    __table_args__ = (
        Index("ix_postback_replays_running", "paced_ms", sqlite_where=RUNNING_ONLY, postgresql_where=RUNNING_ONLY),
    )
