"""Who is calling: `developer-id` always, and a user's id with an API key, or an access token.

Key and id come as headers or as HTTP Basic, the token as a header. In the query string they are taken only where the
deployment says so (`api.query_credentials`); a header counts before it.
"""

from typing import cast

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from api.query_credentials import lifted
from extensions import settings
from resources.access import Actor
from resources.credentials import actor_by_key, is_known_developer, note_use
from resources.tokens import actor_by_token, note_token_use
from web import current_request_id

WITHOUT_USER = frozenset({"v2.token.create"})
"""The routes that need no more than a known `developer-id`."""
NOT_VALID = "The credentials are not valid."


def actor() -> Actor:
    """Who the request at hand comes from."""
    return cast(Actor, g.actor)


def developer_id() -> str:
    """Whose program the request at hand comes from."""
    return cast(str, g.developer_id)


def authenticate() -> None:
    """Find the request's actor. Raises Unauthorized, alike for every wrong part of the credentials."""
    in_query = lifted()
    if in_query and not settings().query_credentials:
        raise unauthorized("Credentials in the query string are not accepted here. Send them as headers.")
    developer = request.headers.get("developer-id") or in_query.get("developer-id")
    if not developer:
        raise unauthorized("The developer-id header is missing.")
    g.developer_id = developer
    if request.endpoint not in WITHOUT_USER:
        g.actor = _actor_by(developer, in_query)
    elif not is_known_developer(developer):
        raise unauthorized(NOT_VALID)


def unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("basic", {"realm": "Postbacks v2"}))


def _actor_by(developer: str, in_query: dict[str, str]) -> Actor:
    """Who holds the token or the key, whose use is noted. Where both are sent, the token counts."""
    token = request.headers.get("access-token") or in_query.get("access-token")
    if token:
        opened = actor_by_token(developer, token, current_request_id())
        if opened is None:
            raise unauthorized(NOT_VALID)
        note_token_use(token, opened[1])
        return opened[0]
    pair = _key_pair(in_query)
    if pair is None:
        raise unauthorized("Send user-id and user-api-key, as headers or as HTTP Basic, or an access-token.")
    found = actor_by_key(developer, *pair, current_request_id())
    if found is None:
        raise unauthorized(NOT_VALID)
    note_use(pair[1])
    return found


def _key_pair(in_query: dict[str, str]) -> tuple[str, str] | None:
    user_id, key = request.headers.get("user-id"), request.headers.get("user-api-key")
    if user_id and key:
        return user_id, key
    basic = request.authorization
    if basic is not None and basic.type == "basic" and basic.username and basic.password:
        return basic.username, basic.password
    if "user-id" in in_query and "user-api-key" in in_query:
        return in_query["user-id"], in_query["user-api-key"]
    return None
