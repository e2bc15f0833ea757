"""Deliveries as lines of a list. A skipped event is a line too: it happened, and nobody was told."""

from dataclasses import dataclass

from models import Delivery, Event
from ui.record_names import record_name
from ui.words import SKIPPED, Status, is_final, limit_of, skipped_because, status_of, took_ms


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `next_ms` and `took_ms` are None where there is nothing to say."""

    event: Event
    status: Status
    delivery_id: str | None = None
    url: str | None = None
    attempts: str | None = None
    next_ms: int | None = None
    took_ms: int | None = None
    cause: str | None = None
    final: bool = True

    @property
    def name(self) -> str | None:
        return record_name(self.event.data)


def row_of_delivery(delivery: Delivery) -> Row:
    return Row(
        event=delivery.event,
        status=status_of(delivery),
        delivery_id=delivery.id,
        url=delivery.config.url,
        attempts=f"{delivery.attempts_made}/{limit_of(delivery)}",
        next_ms=delivery.next_attempt_ms if delivery.attempts_made else None,
        took_ms=took_ms(delivery),
        cause=delivery.reason,
        final=is_final(delivery),
    )


def row_of_skipped(event: Event) -> Row:
    return Row(event=event, status=Status(SKIPPED), cause=skipped_because(event))
