"""The built-in receiver: the address that takes postbacks from anybody, and the page that shows what arrived."""

import time
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from extensions import csrf, db, settings
from models import Inbox
from resources import inboxes as verbs
from resources.access import may
from resources.locations import known_location
from ui.asked import asked
from ui.fragments import poll_answer, render_block
from ui.message_view import view_of_message
from ui.session import current_actor, require_sign_in

receiver = Blueprint("receiver", __name__)
inbox = Blueprint("inbox", __name__)
inbox.before_request(require_sign_in)
csrf.exempt(receiver)

ANSWERS = (
    ("200", "200", "Acknowledge at once"),
    ("500", "500", "Fail, so that retries can be watched"),
    ("slow", "Slow 200", f"Acknowledge after {verbs.SLOW_SECONDS:g} seconds"),
)


@receiver.post("/inbox/<token>")
def receive(token: str) -> Response:
    """Take whatever comes, up to a size, and answer as the inbox was told to."""
    request.max_content_length = verbs.LARGEST_BODY
    status, seconds = verbs.receive(token, request.headers.items(), request.get_data(cache=False))
    db.session.remove()  # nothing of the store is held while a slow answer waits
    if seconds:
        time.sleep(seconds)
    return Response("", status, content_type="text/plain")


@inbox.get("/locations/<location_id>/inbox")
def of_location(location_id: str) -> AnyResponse:
    made = verbs.inbox_of(current_actor(), location_id)
    return redirect(url_for(".show", token=made.token), 303)


@inbox.get("/inbox/<token>")
def show(token: str) -> str:
    found = verbs.inbox_by_token(current_actor(), token)
    chosen = asked("message") or None
    return render_template("inbox/show.html", **_shown(found, chosen))


@inbox.get("/inbox/<token>/live")
def live(token: str) -> Response:
    found = verbs.inbox_by_token(current_actor(), token)
    chosen = asked("message") or None
    return poll_answer(_tag(found, chosen), lambda: render_block("inbox/show.html", "live", **_shown(found, chosen)))


@inbox.post("/inbox/<token>/answer")
def answer(token: str) -> AnyResponse:
    verbs.set_answer(current_actor(), token, request.form.get("answer", ""))
    flash("The inbox answers like that from now on.", "success")
    return redirect(url_for(".show", token=token), 303)


def _shown(found: Inbox, chosen_id: str | None) -> dict[str, Any]:
    piece = verbs.messages(found, asked("before") or None)
    chosen = verbs.get_message(found, chosen_id) if chosen_id else next(iter(piece.rows), None)
    return {
        "inbox": found,
        "location": known_location(current_actor(), found.location_id),
        "url": settings().effective_public_url + url_for("receiver.receive", token=found.token),
        "messages": [view_of_message(message) for message in piece.rows],
        "older": piece.older,
        "before": asked("before") or None,
        "chosen": view_of_message(chosen) if chosen else None,
        "asked_message": chosen_id,
        "answers": ANSWERS,
        "may_edit": may(db.session(), current_actor(), "v2.postbackconfigs.put", found.location_id),
        "tag": _tag(found, chosen_id),
    }


def _tag(found: Inbox, chosen_id: str | None) -> str:
    """Changes exactly when the page's live part would look different, clocks aside."""
    facts = (verbs.newest_message_id(found), chosen_id, asked("before"))
    return sha256(repr(facts).encode()).hexdigest()[:32]
