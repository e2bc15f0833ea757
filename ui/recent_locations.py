"""The locations that a person visited last, so that the list can begin with them.

Kept in a cookie of this browser, a few ids long and bound to the person: looking at a page writes nothing to the
store, and whoever signs in at the same browser next starts afresh. Ids out of sight are never shown by it: the list
asks for those in sight.
"""

from hashlib import sha256

from flask import Response, request

from extensions import settings
from resources.access import Actor
from schemas.rules import is_id

COOKIE = "recent_locations"
MOST_KEPT = 8
ONE_YEAR = 365 * 24 * 3600
SEPARATOR = "~"


def recent_locations(actor: Actor) -> list[str]:
    """Ids, the last visited first."""
    owner, *ids = request.cookies.get(COOKIE, "").split(SEPARATOR)
    return [id_ for id_ in ids if is_id(id_)][:MOST_KEPT] if owner == _owner(actor) else []


def remember_location(actor: Actor, location_id: str, answer: Response) -> Response:
    """Put the location first in what the answer's browser keeps."""
    before = recent_locations(actor)
    if before[:1] != [location_id]:
        ids = [location_id, *(id_ for id_ in before if id_ != location_id)][:MOST_KEPT]
        answer.set_cookie(
            COOKIE,
            SEPARATOR.join([_owner(actor), *ids]),
            max_age=ONE_YEAR,
            secure=settings().secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    return answer


def _owner(actor: Actor) -> str:
    return sha256(actor.user_id.encode()).hexdigest()[:12]
