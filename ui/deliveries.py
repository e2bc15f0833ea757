"""Deliveries: the list over all and per location, and one delivery with its attempts. Both renew themselves."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, render_template

from models import Attempt, Delivery
from resources.deliveries import attempts_of, get_delivery
from resources.delivery_sight import addresses_seen_at, told_reason
from resources.locations import get_location, known_location
from schemas.refusals import NotFound
from ui.asked import asked_number
from ui.attempt_view import view_of
from ui.delivery_actions import actions_of, reasons_of
from ui.delivery_changes import changes_of
from ui.delivery_list import found
from ui.fragments import poll_answer, render_block
from ui.lifecycle import gives_up_ms, steps_of
from ui.record_names import record_name
from ui.session import current_actor, require_sign_in
from ui.words import attempts_text, is_final, next_step, status_of, took_ms

deliveries = Blueprint("deliveries", __name__)
deliveries.before_request(require_sign_in)


@deliveries.get("/deliveries")
def index() -> str:
    return render_template("deliveries/index.html", list=found(current_actor(), None))


@deliveries.get("/deliveries/live")
def live_index() -> Response:
    piece = found(current_actor(), None)
    return poll_answer(piece.tag, lambda: render_template("deliveries/results.html", list=piece))


@deliveries.get("/locations/<location_id>/deliveries")
def of_location(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    return render_template("deliveries/of_location.html", location=location, list=found(current_actor(), location))


@deliveries.get("/locations/<location_id>/deliveries/live")
def live_of_location(location_id: str) -> Response:
    piece = found(current_actor(), get_location(current_actor(), location_id))
    return poll_answer(piece.tag, lambda: render_template("deliveries/results.html", list=piece))


@deliveries.get("/deliveries/<delivery_id>")
def show(delivery_id: str) -> str:
    return render_template("deliveries/show.html", **_shown(*_asked_for(delivery_id)))


@deliveries.get("/deliveries/<delivery_id>/live")
def live(delivery_id: str) -> Response:
    delivery, attempts, chosen = _asked_for(delivery_id)
    return poll_answer(
        _tag(delivery, attempts, chosen),
        lambda: render_block("deliveries/show.html", "live", **_shown(delivery, attempts, chosen)),
    )


def _asked_for(delivery_id: str) -> tuple[Delivery, Sequence[Attempt], Attempt | None]:
    """The delivery, its attempts, and the one of `?attempt=`, else the newest. Raises NotFound, Forbidden."""
    delivery = get_delivery(current_actor(), delivery_id)
    attempts = attempts_of(delivery.id)
    sequence = asked_number("attempt")
    if sequence is None:
        return delivery, attempts, attempts[-1] if attempts else None
    chosen = next((attempt for attempt in attempts if attempt.sequence == sequence), None)
    if chosen is None:
        raise NotFound
    return delivery, attempts, chosen


def _shown(delivery: Delivery, attempts: Sequence[Attempt], chosen: Attempt | None) -> dict[str, Any]:
    """Everything the page says."""
    seen = bool(addresses_seen_at(current_actor(), [delivery]))
    actions = actions_of(current_actor(), delivery)
    return {
        "delivery": delivery,
        "event": delivery.event,
        "config": delivery.config,
        "location": known_location(current_actor(), delivery.location_id),
        "name": record_name(delivery.event.data),
        "status": status_of(delivery),
        "seen": seen,
        "cause": told_reason(delivery.reason, delivery.reason_code, seen=seen),
        "actions": actions,
        "hindrances": reasons_of(actions),
        "changes": changes_of(delivery.event),
        "next_step": next_step(delivery, attempts),
        "progress": attempts_text(delivery),
        "took_ms": took_ms(delivery),
        "gives_up_ms": gives_up_ms(delivery),
        "steps": steps_of(delivery, attempts),
        "attempts": attempts,
        "chosen": view_of(delivery, chosen, seen=seen) if chosen else None,
        "asked_attempt": asked_number("attempt"),
        "final": is_final(delivery),
        "tag": _tag(delivery, attempts, chosen),
    }


def _tag(delivery: Delivery, attempts: Sequence[Attempt], chosen: Attempt | None) -> str:
    """Changes exactly when the page would look different, clocks aside."""
    config = delivery.config
    facts = [
        (delivery.state, delivery.attempts_made, delivery.next_attempt_ms, delivery.reason, delivery.attempts_granted),
        (config.version, chosen.sequence if chosen else None),
        [(attempt.sequence, attempt.state, attempt.duration_ms) for attempt in attempts],
    ]
    return sha256(repr(facts).encode()).hexdigest()[:32]
