"""Credentials in the query string, as old clients send them.

They are taken out of the request before anything else looks at it: no filter, link, error page or log sees them,
whether the deployment accepts them or not.
"""

from urllib.parse import urlencode

from flask import Flask, g, request
from werkzeug.datastructures import MultiDict

from api.envelopes import PREFIX

NAMES = frozenset({"developer-id", "user-id", "user-api-key", "access-token"})
TOKEN_PATH = f"{PREFIX}/token/"


def register_query_credentials(app: Flask) -> None:
    app.before_request(_lift)


def lifted() -> dict[str, str]:
    """The credentials that the query string held."""
    found: dict[str, str] = g.get("query_credentials", {})
    return found


def _lift() -> None:
    if request.path.startswith(TOKEN_PATH):
        request.environ["RAW_URI"] = f"{TOKEN_PATH}***"  # what a server's access log would write down
    if not request.query_string or not request.path.startswith(PREFIX):
        return
    given = request.args
    if NAMES.isdisjoint(given):
        return
    g.query_credentials = {name: given[name] for name in NAMES if name in given}
    kept = [(name, value) for name, value in given.items(multi=True) if name not in NAMES]
    _replace_query(kept)


def _replace_query(kept: list[tuple[str, str]]) -> None:
    query = urlencode(kept)
    request.args = MultiDict(kept)
    request.query_string = query.encode()
    request.environ["QUERY_STRING"] = query
    request.environ["RAW_URI"] = request.environ["REQUEST_URI"] = f"{request.path}?{query}" if query else request.path
