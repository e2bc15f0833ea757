"""Retrying or cancelling several deliveries: those that were chosen, or all that wait and match. Count, confirm, do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from extensions import db
from models import Delivery, DeliveryState, Location
from resources.access import Actor, in_sight, require_somewhere
from resources.bulk_retries import MOST_CHOSEN, Done, cancel_chosen, retry_chosen
from resources.delivery_filter import Wanted
from resources.delivery_search import MOST_COUNTED, find_matching
from resources.locations import get_location
from resources.retries import PERMISSION
from schemas.rules import is_id
from ui.asked import asked, asked_all, require_understood
from ui.delivery_filters import asked_filters, filter_words, list_address, wanted_of
from ui.delivery_verbs import deliveries
from ui.session import current_actor
from ui.words import CANCELLED, DELIVERED, FAILED, QUEUED, SENDING

__all__ = ["deliveries"]

RETRY, CANCEL, CANCEL_ALL = "retry", "cancel", "cancel-all"
WAITING = DeliveryState.WAITING.value
WORDS = {"waiting": f"{QUEUED} or retrying", "sending": SENDING, "delivered": DELIVERED, "failed": FAILED}
STATE_WORDS = {**WORDS, "cancelled": CANCELLED}
DONE = {RETRY: "sent again", CANCEL: "cancelled", CANCEL_ALL: "cancelled"}
ACTS = {
    RETRY: (DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.WAITING),
    CANCEL: (DeliveryState.WAITING,),
    CANCEL_ALL: (DeliveryState.WAITING,),
}
"""What it is done to, by state."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is to be done to how many. `states` counts the chosen ones; `at_least`: there are more than were counted."""

    act: str
    ids: Sequence[str]
    states: Counter[str]
    at_least: bool = False

    @property
    def count(self) -> int:
        """To how many it can be done."""
        return sum(self.states[state] for state in ACTS[self.act])

    @property
    def count_text(self) -> str:
        if not self.at_least:
            return f"{self.count:,}"
        return f"more than {self.count:,}" if self.count >= MOST_COUNTED else f"at least {self.count:,}"

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """What it is not done to: state in words, and how many."""
        others = [state for state in STATE_WORDS if state not in ACTS[self.act]]
        return [(STATE_WORDS[state], self.states[state]) for state in others if self.states[state]]


@deliveries.get("/deliveries/several")
def confirm_several() -> str | Response:
    location, act = _place(), _act(asked("do"))
    require_somewhere(current_actor(), PERMISSION)
    filters = asked_filters()
    ids = _chosen(asked_all("id"))
    require_understood()
    if act != CANCEL_ALL and not ids:
        flash("Choose deliveries first: tick the boxes at the start of their lines.", "info")
        return redirect(list_address(location, filters), 303)
    bulk = _all_waiting(current_actor(), wanted_of(filters, location)) if act == CANCEL_ALL else _counted(act, ids)
    return render_template(
        "deliveries/several.html",
        location=location,
        bulk=bulk,
        done=DONE[act],
        about=filter_words(filters),
        query=urlencode({**filters, **({"location": location.id} if location else {})}),
        back=list_address(location, filters),
    )


@deliveries.post("/deliveries/several")
def do_several() -> Response:
    """The filters stand in the address, so that the question and the deed are about the same."""
    location, act = _place(), _act(request.form.get("do", ""))
    filters = asked_filters()
    require_understood()
    if act == CANCEL_ALL:
        waiting = _all_waiting(current_actor(), wanted_of(filters, location))
        done, more = cancel_chosen(current_actor(), waiting.ids), waiting.at_least
    else:
        verb = retry_chosen if act == RETRY else cancel_chosen
        done, more = verb(current_actor(), _chosen(request.form.getlist("id"))), False
    flash(_told(act, done, more=more), "success" if done.count else "warning")
    return redirect(list_address(location, filters), 303)


def _place() -> Location | None:
    wanted = asked("location")
    return get_location(current_actor(), wanted) if wanted else None


def _act(name: str) -> str:
    return name if name in DONE else abort(400)


def _chosen(given: Sequence[str]) -> list[str]:
    """Ids of deliveries; what is none is left out, and so is what is beyond the most at once."""
    return [delivery_id for delivery_id in dict.fromkeys(given) if is_id(delivery_id)][:MOST_CHOSEN]


def _counted(act: str, ids: Sequence[str]) -> Bulk:
    seen = in_sight(db.session(), current_actor(), Delivery.location_id)
    rows = db.session.execute(
        select(Delivery.state, func.count()).where(Delivery.id.in_(ids), seen).group_by(Delivery.state)
    )
    return Bulk(act, ids, Counter({state: number for state, number in rows}))  # noqa: C416 - rows are no pairs to mypy


def _all_waiting(actor: Actor, wanted: Wanted) -> Bulk:
    """Those that match and wait, queued or retrying."""
    found = find_matching(actor, replace(wanted, waiting=True))
    return Bulk(CANCEL_ALL, found.ids, Counter({WAITING: len(found.ids)}), found.more)


def _told(act: str, done: Done, *, more: bool) -> str:
    deliveries_word = "delivery was" if done.count == 1 else "deliveries were"
    told = [f"{done.count:,} {deliveries_word} {DONE[act]}."]
    told += [f"{number:,} not: {reason}" for reason, number in done.left.most_common()]
    if more:
        told.append("There may be more: do it once more for the rest.")
    return " ".join(told)
