"""What a person does to one delivery from its page: retry, send now, cancel."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from models import Delivery
from resources import retries
from schemas.refusals import Conflict
from ui.deliveries import deliveries
from ui.session import current_actor

__all__ = ["deliveries"]


@deliveries.post("/deliveries/<delivery_id>/retry")
def retry(delivery_id: str) -> Response:
    force = "1" if request.form.get("force") == "1" else "0"
    return _told(
        delivery_id,
        lambda: retries.retry_delivery(current_actor(), delivery_id, {"force": force}),
        "It is sent again now.",
    )


@deliveries.post("/deliveries/<delivery_id>/sendnow")
def send_now(delivery_id: str) -> Response:
    return _told(delivery_id, lambda: retries.send_now(current_actor(), delivery_id), "It is sent now.")


@deliveries.post("/deliveries/<delivery_id>/cancel")
def cancel(delivery_id: str) -> Response:
    return _told(delivery_id, lambda: retries.cancel_delivery(current_actor(), delivery_id), "It is cancelled.")


def _told(delivery_id: str, verb: Callable[[], Delivery], done: str) -> Response:
    """Do it, and come back to the page; where it came too late the page says so and shows how it stands now."""
    try:
        verb()
    except Conflict as refusal:
        flash(refusal.message, "warning")
    else:
        flash(done, "success")
    return redirect(url_for("deliveries.show", delivery_id=delivery_id), 303)
