"""Who is calling: `developer-id` always, and a user's id with an API key, as headers or as HTTP Basic."""

from typing import cast

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from resources.access import Actor
from resources.credentials import actor_by_key, note_use
from web import current_request_id


def actor() -> Actor:
    """Who the request at hand comes from."""
    return cast(Actor, g.actor)


def authenticate() -> None:
    """Find the request's actor. Raises Unauthorized, alike for every wrong part of the credentials."""
    developer_id, pair = request.headers.get("developer-id"), _key_pair()
    if not developer_id:
        raise _unauthorized("The developer-id header is missing.")
    if pair is None:
        raise _unauthorized("Send user-id and user-api-key, as headers or as HTTP Basic.")
    user_id, key = pair
    found = actor_by_key(developer_id, user_id, key, current_request_id())
    if found is None:
        raise _unauthorized("The credentials are not valid.")
    g.actor = found
    note_use(key)


def _key_pair() -> tuple[str, str] | None:
    user_id, key = request.headers.get("user-id"), request.headers.get("user-api-key")
    if user_id and key:
        return user_id, key
    basic = request.authorization
    if basic is not None and basic.type == "basic" and basic.username and basic.password:
        return basic.username, basic.password
    return None


def _unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("basic", {"realm": "Postbacks v2"}))
