"""/v2/postbackdeliveries"""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g
from sqlalchemy import case

from api.auth import actor
from api.bodies import body_if_any
from api.envelopes import Kind, expands_asked, record_answer
from api.filters import Column, Match, columns_of
from api.openapi.body import Body
from api.openapi.columns import nullable
from api.openapi.embedded import TS
from api.openapi.operation import describes
from api.paging import list_answer
from models import Delivery, DeliveryState, Event, PostbackConfig
from resources import deliveries as verbs
from resources.delivery_sight import BLOCKED_CODE, UNTOLD, addresses_seen_at, told_reason
from resources.retries import cancel_delivery, retry_delivery, send_now
from schemas.delivery import attempt_shape, delivery_shape
from schemas.delivery_retry import RetryInput

MS = 1000
BLOCKED = Delivery.reason_code == BLOCKED_CODE
TOLD_REASON = case((BLOCKED, UNTOLD), else_=Delivery.reason)
"""What everybody may read: whoever could search for addresses, or sort by them, would find them."""
COLUMNS = {
    **columns_of(Delivery, ["id", "event_id", "postback_config_id", "location_id", "replay_id"]),
    **columns_of(
        Event,
        ["resource", "record_id", "type", "product_transaction_id"],
        ["resource", "type"],
        through=Delivery.event,
    ),
    **columns_of(PostbackConfig, ["url", "number_of_attempts"], through=Delivery.config),
    **columns_of(Delivery, ["reason_code", "attempts_made"], ["reason_code"]),
    "reason": Column(TOLD_REASON, Match.TEXT),
    "status": Column(Delivery.state, Match.EXACT),
    "code": Column(Delivery.last_status, Match.NUMBER),
    "next_attempt_ts": Column(Delivery.next_attempt_ms, Match.TIME, MS),
    "created_ts": Column(Delivery.created_ms, Match.TIME, MS, made_with=Delivery.id),
    "finished_ts": Column(Delivery.finished_ms, Match.TIME, MS),
}


def data_of(delivery: Delivery) -> object:
    """The frozen payload, as JSON and not as the text of it."""
    return json.loads(verbs.payload_of(delivery))


def attempts_of(delivery: Delivery) -> list[dict[str, object]]:
    seen = _addresses_seen(delivery)
    attempts = [attempt_shape(attempt) for attempt in verbs.attempts_of(delivery.id)]
    return attempts if seen else [{**attempt, "peer": None, "reason": _told(attempt)} for attempt in attempts]


def shape_of(delivery: Delivery) -> dict[str, object]:
    """The delivery as its reader may know it."""
    shape = delivery_shape(delivery)
    if shape["reason_code"] != BLOCKED_CODE or _addresses_seen(delivery):
        return shape
    return {**shape, "reason": _told(shape)}


def _told(shape: Mapping[str, Any]) -> str | None:
    return told_reason(shape["reason"], shape["reason_code"], seen=False)


def _addresses_seen(delivery: Delivery) -> bool:
    """Whether the reader may know what was called; found once for each location and request."""
    known: dict[str, bool] = g.setdefault("addresses_seen", {})
    if delivery.location_id not in known:
        known[delivery.location_id] = bool(addresses_seen_at(actor(), [delivery]))
    return known[delivery.location_id]


KIND = Kind(
    "postbackdelivery",
    "postbackdeliveries",
    shape_of,
    COLUMNS,
    {"attempts": attempts_of, "data": data_of},
    about="Events on their way to a config, each with the log of its attempts.",
    answers={
        "status": {"enum": [state.value for state in DeliveryState]},
        "code": nullable({"type": "integer"}),
        **{name: nullable(TS) for name in ("next_attempt_ts", "finished_ts")},
    },
)
RETRY = Body(RetryInput, "postbackdelivery", partial=True, optional=True, example={"force": 1})

routes = Blueprint("postbackdeliveries", __name__, url_prefix="/postbackdeliveries")


@routes.get("")
@describes(KIND, "list")
def list_deliveries() -> Response:
    return list_answer(KIND, verbs.deliveries_in_sight(actor()))


@routes.get("/<delivery_id>")
@describes(KIND, "show")
def show(delivery_id: str) -> Response:
    """With its attempt log, asked for or not."""
    expand = _expands_asked()
    return record_answer(KIND, verbs.get_delivery(actor(), delivery_id), expand)


@routes.post("/<delivery_id>/retry")
@describes(KIND, "retry", "Send it once more, now", body=RETRY)
def retry(delivery_id: str) -> Response:
    expand = _expands_asked()
    return record_answer(KIND, retry_delivery(actor(), delivery_id, body_if_any("postbackdelivery")), expand)


@routes.post("/<delivery_id>/sendnow")
@describes(KIND, "sendNow", "Make the attempt that waits now")
def hurry(delivery_id: str) -> Response:
    expand = _expands_asked()
    return record_answer(KIND, send_now(actor(), delivery_id), expand)


@routes.post("/<delivery_id>/cancel")
@describes(KIND, "cancel", "Make no further attempt")
def cancel(delivery_id: str) -> Response:
    expand = _expands_asked()
    return record_answer(KIND, cancel_delivery(actor(), delivery_id), expand)


def _expands_asked() -> list[str]:
    return [*expands_asked(KIND), "attempts"]
