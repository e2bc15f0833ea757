"""Announcing that an address will go: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) on each of its answers.

No address of this API is deprecated. This is how one would be, long before it goes.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from typing import ParamSpec

from flask import Response
from werkzeug.http import http_date

P = ParamSpec("P")
View = Callable[P, Response]


def deprecated(since: date, *, sunset: date | None = None, link: str | None = None) -> Callable[[View[P]], View[P]]:
    """Mark a route. `since` and `sunset` are days (UTC), `link` an address that says what to use instead."""

    def marked(view: View[P]) -> View[P]:
        @wraps(view)
        def announced(*args: P.args, **kwargs: P.kwargs) -> Response:
            response = view(*args, **kwargs)
            response.headers["Deprecation"] = f"@{int(_midnight(since).timestamp())}"
            if sunset is not None:
                response.headers["Sunset"] = http_date(_midnight(sunset))
            if link is not None:
                response.headers.add("Link", f'<{link}>; rel="deprecation"; type="text/html"')
            return response

        return announced

    return marked


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
