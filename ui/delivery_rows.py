"""Deliveries as lines of a list. A skipped event is a line too: it happened, and nobody was told."""

from dataclasses import dataclass

from models import Delivery, Event
from resources.delivery_sight import told_reason
from ui.record_names import record_name
from ui.words import SKIPPED, Status, is_final, limit_of, skipped_because, status_of, took_ms


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `next_ms` and `took_ms` are None where there is nothing to say."""

    event: Event
    status: Status
    created_ms: int
    delivery_id: str | None = None
    code: int | None = None
    """The last answer's HTTP status."""
    url: str | None = None
    attempts: str | None = None
    next_ms: int | None = None
    took_ms: int | None = None
    cause: str | None = None
    final: bool = True

    @property
    def name(self) -> str | None:
        return record_name(self.event.data)

    @property
    def words(self) -> str:
        """The line in a few words, for who cannot see where a control stands."""
        happened = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted"}.get(self.event.type, self.event.type)
        return f"{self.event.resource} {happened}, {self.name or self.event.record_id}"


def row_of_delivery(delivery: Delivery, *, seen: bool) -> Row:
    """`seen`: whether the reader may know the addresses that were called."""
    return Row(
        event=delivery.event,
        status=status_of(delivery),
        created_ms=delivery.created_ms,
        delivery_id=delivery.id,
        code=delivery.last_status,
        url=delivery.config.url,
        attempts=f"{delivery.attempts_made}/{limit_of(delivery)}",
        next_ms=delivery.next_attempt_ms if delivery.attempts_made else None,
        took_ms=took_ms(delivery),
        cause=told_reason(delivery.reason, delivery.reason_code, seen=seen),
        final=is_final(delivery),
    )


def row_of_skipped(event: Event) -> Row:
    return Row(event=event, status=Status(SKIPPED), created_ms=event.created_ms, cause=skipped_because(event))
