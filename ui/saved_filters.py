"""Saved filters: keeping a list's filters under a name, for any list that offers it."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from resources import saved_filters as verbs
from schemas.refusals import Invalid
from ui.session import current_actor, require_sign_in, safe_path

saved_filters = Blueprint("saved_filters", __name__, url_prefix="/saved-filters")
saved_filters.before_request(require_sign_in)


@saved_filters.post("")
def save() -> Response:
    """Form: `screen`, `name`, `query`, and `next`, the list to come back to."""
    given = request.form
    try:
        saved = verbs.save_filter(
            current_actor(), given.get("screen", ""), given.get("name", ""), given.get("query", "")
        )
    except Invalid as refusal:
        flash(" ".join(sentence for sentences in refusal.errors.values() for sentence in sentences), "warning")
    else:
        flash(f"The filter “{saved.name}” is saved.", "success")
    return _back()


@saved_filters.post("/<filter_id>/delete")
def delete(filter_id: str) -> Response:
    gone = verbs.delete_saved_filter(current_actor(), filter_id)
    flash(f"The saved filter “{gone.name}” is deleted.", "success")
    return _back()


def _back() -> Response:
    return redirect(safe_path(request.form.get("next")) or url_for("start"), 303)
