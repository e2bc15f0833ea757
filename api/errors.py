"""Every error of this door in one format, and never a stack trace.

422: `{"errors": {field: [sentence]}, "request_id"}`; all others: `{"name", "message", "code": 0, "status",
"request_id"}`. Who accepts `application/problem+json` gets RFC 9457 with the same facts.
"""

from collections.abc import Iterable, Mapping

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound
from werkzeug.http import HTTP_STATUS_CODES

from api.envelopes import PREFIX, answer
from schemas.refusals import Invalid, Refusal
from web import current_request_id

PROBLEM = "application/problem+json"
RETRY_AFTER_SECONDS = 5

MESSAGES = {
    404: "There is no such address or record.",
    405: "This address does not take that method.",
    413: "The body is too large.",
    500: "Something went wrong on our side. The request id finds it in our logs.",
}

log = structlog.get_logger(__name__)


def register_errors(door: Blueprint) -> None:
    """Answer what goes wrong behind this door, and what asked for it at an address that it does not have."""
    door.register_error_handler(Refusal, _refused)
    door.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        door.register_error_handler(away, _database_away)
    door.register_error_handler(DBAPIError, _database_error)
    door.before_app_request(_refuse_unrouted)


def problem(
    status: int, message: str, errors: Mapping[str, list[str]] | None = None, headers: Iterable[tuple[str, str]] = ()
) -> Response:
    """An error's answer in the format the caller accepts."""
    if _wants_problem():
        response = answer(_rfc_9457(status, message, errors), status)
        response.mimetype = PROBLEM
    elif errors is not None:
        response = answer({"errors": errors, "request_id": current_request_id()}, status)
    else:
        response = answer(_plain(status, message), status)
    response.headers.extend(list(headers))
    return response


def _plain(status: int, message: str) -> dict[str, object]:
    name = HTTP_STATUS_CODES[status]
    return {"name": name, "message": message, "code": 0, "status": status, "request_id": current_request_id()}


def _rfc_9457(status: int, message: str, errors: Mapping[str, list[str]] | None) -> dict[str, object]:
    facts = {"type": "about:blank", "title": HTTP_STATUS_CODES[status], "status": status, "detail": message}
    return {**facts, **({"errors": errors} if errors is not None else {}), "request_id": current_request_id()}


def _wants_problem() -> bool:
    accepted = request.accept_mimetypes
    return any(kind == PROBLEM and quality > 0 for kind, quality in accepted)


def _refused(refusal: Refusal) -> Response:
    wait = [] if refusal.retry_after is None else [("Retry-After", str(refusal.retry_after))]
    return problem(refusal.status, refusal.message, refusal.errors if isinstance(refusal, Invalid) else None, wait)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    generic = isinstance(error, NotFound | MethodNotAllowed | InternalServerError) or status not in HTTP_STATUS_CODES
    message = MESSAGES.get(status) if generic or status in MESSAGES else error.description
    headers = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return problem(status, message or HTTP_STATUS_CODES.get(status, "Error"), None, headers)


def _database_away(error: Exception) -> Response:
    log.warning("database_away", error=type(getattr(error, "orig", None) or error).__name__)
    return problem(
        503,
        "The database cannot take this at the moment; nothing was changed. Try again shortly.",
        headers=[("Retry-After", str(RETRY_AFTER_SECONDS))],
    )


def _database_error(error: DBAPIError) -> Response:
    if error.connection_invalidated:
        return _database_away(error)
    raise error


def _refuse_unrouted() -> Response | None:
    """Addresses below the prefix that no route has: refused here, before any other door's error pages."""
    if request.routing_exception is None or not f"{request.path}/".startswith(f"{PREFIX}/"):
        return None
    error = request.routing_exception
    return _http_error(error if isinstance(error, MethodNotAllowed) else NotFound())
