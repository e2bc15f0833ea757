"""Deliveries, their attempts, and the family's postback log on the wire. Read only; no secret is in any of them."""

from models import Attempt, Delivery, DeliveryState, told_ms

# The family numbers its states 1 to 4 and says no more; ours in their order.
POSTBACK_STATUS_IDS = {
    DeliveryState.WAITING: 1,
    DeliveryState.SENDING: 1,
    DeliveryState.DELIVERED: 2,
    DeliveryState.FAILED: 3,
    DeliveryState.CANCELLED: 4,
}


def delivery_shape(delivery: Delivery) -> dict[str, object]:
    """A delivery, its event and config loaded. `status` is its state, `code` the last HTTP status."""
    event, config = delivery.event, delivery.config
    return {
        "id": delivery.id,
        "event_id": delivery.event_id,
        "postback_config_id": delivery.postback_config_id,
        "location_id": delivery.location_id,
        "resource": event.resource,
        "record_id": event.record_id,
        "type": event.type,
        "product_transaction_id": event.product_transaction_id,
        "url": config.url,
        "status": delivery.state,
        "code": delivery.last_status,
        "reason_code": delivery.reason_code,
        "reason": delivery.reason,
        "attempts_made": delivery.attempts_made,
        "number_of_attempts": config.number_of_attempts,
        "next_attempt_ts": _told_seconds(delivery.next_attempt_ms),
        "created_ts": _seconds(delivery.created_ms),
        "finished_ts": _seconds(delivery.finished_ms),
        "replay_id": delivery.replay_id,
    }


def attempt_shape(attempt: Attempt) -> dict[str, object]:
    """One attempt. `number` is what was sent as number_of_attempts, `status` the HTTP status; durations in ms."""
    body = attempt.response_body
    return {
        "number": attempt.number,
        "sequence": attempt.sequence,
        "state": attempt.state,
        "status": attempt.status,
        "trigger": attempt.trigger,
        "url": attempt.url,
        "peer": attempt.peer,
        "started_ts": _seconds(attempt.started_ms),
        "connect_ms": attempt.connect_ms,
        "tls_ms": attempt.tls_ms,
        "first_byte_ms": attempt.first_byte_ms,
        "duration_ms": attempt.duration_ms,
        "reason_code": attempt.reason_code,
        "reason": attempt.reason,
        "advice": attempt.advice,
        "request_headers": attempt.request_headers,
        "response_headers": attempt.response_headers,
        "response_body": None if body is None else body.decode("utf-8", "replace"),
    }


def postback_log_shape(delivery: Delivery) -> dict[str, object]:
    """A delivery, its event loaded, in the words of the family's postback log."""
    return {
        "id": delivery.id,
        "postback_config_id": delivery.postback_config_id,
        "changelog_id": None,
        "postback_status_id": POSTBACK_STATUS_IDS[DeliveryState(delivery.state)],
        "http_verb": "post",
        "next_run_ts": _told_seconds(delivery.next_attempt_ms),
        "created_ts": _seconds(delivery.created_ms),
        "model": _camel_case(delivery.event.resource),
        "model_id": delivery.event.record_id,
    }


MODELS = {"transactionbatch": "TransactionBatch", "accountvault": "AccountVault"}


def _camel_case(resource: str) -> str:
    return MODELS.get(resource) or resource.replace("_", " ").title().replace(" ", "")


def _told_seconds(scheduled_ms: int | None) -> int | None:
    return None if scheduled_ms is None else told_ms(scheduled_ms) // 1000


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // 1000
