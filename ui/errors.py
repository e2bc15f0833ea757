"""Every error of the console as a page that says what to do next, with the request id that finds it in the logs."""

from collections.abc import Mapping

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from extensions import db
from resources.user_reach import OutOfReach
from schemas.refusals import Conflict, Forbidden, Refusal
from ui.asked import NotUnderstood
from ui.session import actor_or_none
from web import current_request_id

RETRY_AFTER_SECONDS = 5
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)

PAGES = {
    400: ("That did not arrive as it should", "Go back, reload the page and try once more."),
    403: ("Not allowed here", "Your role does not include this. Somebody with the admin role can change that."),
    404: ("Nothing here", "It may have been deleted, or it belongs to a location you do not have access to."),
    405: ("Not that way", "This address exists, but it cannot be called like this."),
    409: ("Too late", "It was changed or deleted in the meantime. Go back, reload the page and look."),
    413: ("Too large", "What was sent is larger than this page takes. Go back and shorten it: nothing was changed."),
    429: ("Too many tries", "Wait a moment, then go back and try again."),
    500: (
        "Something broke on our side",
        "Nothing you entered caused this. Go back and try again, or pass on the request id.",
    ),
    503: ("The database is away", "Nothing was changed. It usually is back within seconds: go back and try again."),
}
NOT_LOADED = {
    500: "Something broke on our side; nothing you did caused this. Try again, or pass on the request id.",
    503: "The database is away. It usually is back within seconds: try again.",
}
"""Of a page that was only to be seen."""
ADMINS = "Ask somebody with the admin role, or for that role."
REFUSED = {
    "v2.users.": ("Users are for admins", f"Only admins see the users of their locations and change them. {ADMINS}"),
    "v2.auditlogs.": ("The audit log is for admins", f"Only admins read who changed what at their locations. {ADMINS}"),
    "v2.system.": (
        "This is for admins of everything",
        "The system concerns every location: seeing it takes the admin role at the topmost one. Ask who has it.",
    ),
}
"""Where the permission that is missing begins like this, the page can say more."""
HEADINGS: Mapping[type[Refusal], str] = {
    NotUnderstood: "This address was not understood",
    OutOfReach: PAGES[403][0],
    Conflict: "Not as it stands now",
}
CSRF_PAGE = ("This page was open for too long", "Go back, reload it and send it again: nothing was changed.")

log = structlog.get_logger(__name__)


def register_errors(app: Flask) -> None:
    """Answer with a page whatever the other door does not answer itself."""
    for kind in (Refusal, HTTPException, *DATABASE_AWAY):
        app.register_error_handler(kind, html_error)


def html_error(error: Exception) -> Response:
    """The page for this error; status and headers (Allow, Retry-After) as the error demands."""
    status = _status(error)
    title, text = _told(error, status)
    if isinstance(error, DATABASE_AWAY):
        log.warning("database_away", error=type(error).__name__)
    _recall_who_asks()
    page = render_template("errors/page.html", status=status, heading=title, text=text, request_id=current_request_id())
    response = make_response(page, status, _headers(error, status))
    if "HX-Request" in request.headers:  # a part of a page asked: leave the page as it stands
        response.headers["HX-Reswap"] = "none"
    return response


def _told(error: Exception, status: int) -> tuple[str, str]:
    """Heading and advice."""
    if isinstance(error, CSRFError):
        return CSRF_PAGE
    if isinstance(error, Refusal) and (heading := _heading(error)):
        return heading, error.message
    if isinstance(error, Forbidden):
        return next((page for part, page in REFUSED.items() if error.permission.startswith(part)), PAGES[403])
    if status in NOT_LOADED and request.method in {"GET", "HEAD"}:
        return "This page could not be loaded", NOT_LOADED[status]
    return PAGES.get(status, PAGES[400 if status < 500 else 500])  # noqa: PLR2004


def _heading(refusal: Refusal) -> str | None:
    """Of those that say themselves what to do."""
    return next((heading for kind, heading in HEADINGS.items() if isinstance(refusal, kind)), None)


def _status(error: Exception) -> int:
    if isinstance(error, Refusal):
        return error.status
    return error.code or 500 if isinstance(error, HTTPException) else 503


def _headers(error: Exception, status: int) -> dict[str, str]:
    kept = dict(error.get_headers()) if isinstance(error, HTTPException) else {}
    kept.pop("Content-Type", None)
    return {"Retry-After": str(RETRY_AFTER_SECONDS), **kept} if status == 503 else kept  # noqa: PLR2004


def _recall_who_asks() -> None:
    """Let the page keep its navigation, unless finding out who asks is what fails."""
    try:
        db.session.rollback()
        actor_or_none()
    except SQLAlchemyError:
        g.actor = None
