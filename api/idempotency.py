"""`Idempotency-Key` on POST: who repeats a request gets the first answer again, and nothing is done twice.

What a server error, a limit or wrong credentials answered is not kept: that may be tried again under the same key.
"""

import json
import re
from contextlib import ExitStack
from http import HTTPStatus

from flask import Blueprint, Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger
from werkzeug.exceptions import RequestEntityTooLarge

from api.auth import actor
from resources.idempotency import HEADER, Claim, Repetition, carrying, claim, digest_of, give_back, keep_answer
from schemas.refusals import Invalid

VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
LARGEST_BODY = 16 * 1024 * 1024
LARGEST_ANSWER = 1024 * 1024
REPLAYED = "Idempotent-Replayed"
NOT_KEPT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})

log = get_logger(__name__)


def register_idempotency(door: Blueprint) -> None:
    """After the door's `authenticate`: a key is its user's own."""
    door.before_request(_begin)
    door.after_request(_end)


def _begin() -> Response | None:
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or "actor" not in g:
        return None
    if not VISIBLE.fullmatch(key):
        raise Invalid({HEADER: [f"{HEADER} must be 1 to 255 visible characters."]})
    found = claim(actor(), key, _digest())
    if isinstance(found, Repetition):
        return _replayed(found)
    g.claim, g.carrying = found, ExitStack()
    g.carrying.enter_context(carrying(found))
    return None


def _digest() -> str:
    """Of what a repetition must repeat."""
    usual = request.max_content_length
    request.max_content_length = LARGEST_BODY
    body = request.get_data()
    request.max_content_length = usual
    if len(body) >= LARGEST_BODY:
        raise RequestEntityTooLarge
    return digest_of(b"%s %s\n%s" % (request.method.encode(), request.full_path.encode(), body))


def _end(response: Response) -> Response:
    held: Claim | None = g.pop("claim", None)
    if held is None:
        return response
    g.pop("carrying").close()
    try:
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code in NOT_KEPT:
            give_back(held)
        else:
            keep_answer(held, _kept(response))
    except SQLAlchemyError as error:  # the change stands and is marked as done, so the answer is still a true one
        log.warning("answer_not_kept", error=type(error).__name__)
    return response


def _kept(response: Response) -> str | None:
    body = response.get_data()
    if len(body) > LARGEST_ANSWER:
        return None
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return json.dumps([response.status_code, headers, body.decode()])


def _replayed(found: Repetition) -> Response:
    status, headers, body = json.loads(found.answer)
    response = Response(body, status)
    del response.headers["Content-Type"]
    response.headers.update({**headers, REPLAYED: "true"})
    return response
