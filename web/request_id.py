"""Every request has an id: taken from `X-Request-Id` if well-formed, else made; logged and returned."""

import re

import structlog
from flask import Flask, Response, g, request

from models import new_id

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def current_request_id() -> str:
    """The id of the request at hand."""
    return str(g.request_id)


def register_request_ids(app: Flask) -> None:
    app.before_request(_take)
    app.after_request(_give)


def _take() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if WELL_FORMED.fullmatch(given) else new_id()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _give(response: Response) -> Response:
    if "request_id" in g:
        response.headers["X-Request-Id"] = g.request_id
    return response
