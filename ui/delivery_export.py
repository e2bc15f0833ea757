"""The lists of deliveries as CSV, with the filter applied."""

from collections.abc import Callable

from flask import Response
from sqlalchemy.orm import selectinload

from models import Delivery, Event, Location
from resources.delivery_filter import SKIPPED
from resources.delivery_search import deliveries_query, skipped_query
from resources.delivery_sight import EDIT_CONFIG, permitted_everywhere, told_reason
from resources.locations import get_location
from ui.csv_export import Cell, csv_answer, csv_time
from ui.delivery_bulk import deliveries
from ui.delivery_filters import asked_filters, wanted_of
from ui.session import current_actor
from ui.words import limit_of, skipped_because, status_of, took_ms

__all__ = ["deliveries"]

HEADER = (
    *("delivery_id", "created", "status", "code", "type", "resource", "record_id", "url", "attempts_made"),
    *("attempts_allowed", "next_attempt", "finished", "duration_ms", "reason_code", "reason"),
    *("event_id", "postback_config_id", "location_id", "replay_id"),
)


@deliveries.get("/deliveries.csv")
def export_index() -> Response:
    return _export(None)


@deliveries.get("/locations/<location_id>/deliveries.csv")
def export_of_location(location_id: str) -> Response:
    return _export(get_location(current_actor(), location_id))


def _export(location: Location | None) -> Response:
    wanted = wanted_of(asked_filters(), location)
    if wanted.status == SKIPPED:
        return csv_answer("deliveries", skipped_query(current_actor(), wanted), Event.id, HEADER, _row_of_skipped)
    query = deliveries_query(current_actor(), wanted)
    query = query.options(selectinload(Delivery.event), selectinload(Delivery.config))
    return csv_answer("deliveries", query, Delivery.id, HEADER, _row_for())


def _row_for() -> Callable[[Delivery], tuple[Cell, ...]]:
    """How a delivery is written for the reader at hand."""
    seen_at = permitted_everywhere(current_actor(), EDIT_CONFIG)

    def row(delivery: Delivery) -> tuple[Cell, ...]:
        place, event, config = delivery.location_id, delivery.event, delivery.config
        return (
            *(delivery.id, csv_time(delivery.created_ms), status_of(delivery).word, delivery.last_status),
            *(event.type, event.resource, event.record_id, config.url),
            *(delivery.attempts_made, limit_of(delivery), csv_time(delivery.next_attempt_ms)),
            *(csv_time(delivery.finished_ms), took_ms(delivery), delivery.reason_code),
            told_reason(delivery.reason, delivery.reason_code, seen=place in seen_at),
            *(delivery.event_id, delivery.postback_config_id, place, delivery.replay_id),
        )

    return row


def _row_of_skipped(event: Event) -> tuple[Cell, ...]:
    return (
        *(None, csv_time(event.created_ms), "Skipped", None, event.type, event.resource, event.record_id),
        *(None, None, None, None, None, None, event.skipped_reason, skipped_because(event)),
        *(event.id, None, event.location_id, None),
    )
