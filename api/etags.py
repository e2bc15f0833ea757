"""`ETag` on records. The tag names the record's state; where more was embedded, the bytes of the answer as well.

`If-None-Match` on GET is answered with 304. `If-Match` on a change is judged by the verb, under the record's lock; a
change that no verb judges is not committed.
"""

from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256

from flask import Blueprint, Response, g, request

from resources.preconditions import ANY, TAG_LENGTH, Precondition, guarding

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def register_preconditions(door: Blueprint) -> None:
    """After the door's `authenticate`: what `If-Match` says goes with the actor to the verb."""
    door.before_request(_begin)
    door.after_request(_end)


def tagged(response: Response, record_tag: str, *, embedded: bool) -> Response:
    """The answer with its tag, or 304 where the caller has it already."""
    bytes_tag = f"-{sha256(response.get_data()).hexdigest()[:TAG_LENGTH]}" if embedded else ""
    response.set_etag(f"{record_tag}{bytes_tag}")
    if request.method in {"GET", "HEAD"}:
        response.make_conditional(request)
    return response


def _begin() -> None:
    if "If-Match" not in request.headers or request.method not in CHANGES or "actor" not in g:
        return
    given = request.if_match
    tags = frozenset({ANY}) if given.star_tag else frozenset((tag or "").partition("-")[0] for tag in given.as_set())
    precondition = Precondition(tags)
    g.actor = replace(g.actor, precondition=precondition)
    g.guarding = ExitStack()
    g.guarding.enter_context(guarding(precondition))


def _end(response: Response) -> Response:
    guards: ExitStack | None = g.pop("guarding", None)
    if guards is not None:
        guards.close()
    return response
