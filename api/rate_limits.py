"""At most so many requests of one API credential in a window of time, where a setting says so.

Counted in Redis, so that it holds across web processes; while Redis is away each process counts for itself, and lets
through up to as many times more as there are processes. Windows do not slide: at the border of two, twice as many may
pass. `RateLimit` and `RateLimit-Policy` are those of the RateLimit header fields draft.
"""

from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, Response, g

from api.auth import actor
from extensions import settings
from jobs.counters import counters, window_now
from schemas.refusals import TooMany

POLICY = "default"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a credential stands in this window."""

    limit: int
    window_seconds: int
    left: int
    seconds: int
    """Until the next window."""


def register_rate_limits(door: Blueprint) -> None:
    """After the door's `authenticate`: what is counted is the credential."""
    door.before_request(_count)
    door.after_request(_tell)


def _count() -> None:
    policy = settings().requests_in_seconds
    if policy is None or "actor" not in g:
        return
    limit, length = policy
    who = actor()
    name = sha256(f"{who.developer_id}\n{who.user_id}\n{who.credential}".encode()).hexdigest()[:32]
    window, seconds = window_now(length)
    counted = counters().count(name, window, length)
    g.rate_limit = Standing(limit, length, max(0, limit - counted), seconds)
    if counted > limit:
        raise TooMany(f"At most {limit} requests in {length} seconds. Try again when the next begin.", seconds)


def _tell(response: Response) -> Response:
    standing: Standing | None = g.get("rate_limit")
    if standing is not None and "RateLimit" not in response.headers:  # a narrower limit speaks for itself
        response.headers["RateLimit-Policy"] = f'"{POLICY}";q={standing.limit};w={standing.window_seconds}'
        response.headers["RateLimit"] = f'"{POLICY}";r={standing.left};t={standing.seconds}'
    return response
