"""How a caller says who it is."""

from schemas.patterns import JsonSchema

SCHEMES: dict[str, JsonSchema] = {
    "developerId": {"type": "apiKey", "in": "header", "name": "developer-id", "description": "Whose program calls."},
    "userId": {"type": "apiKey", "in": "header", "name": "user-id", "description": "For whom it calls."},
    "userApiKey": {"type": "apiKey", "in": "header", "name": "user-api-key", "description": "A key of that user's."},
    "accessToken": {"type": "apiKey", "in": "header", "name": "access-token", "description": "From POST /v2/token."},
    "basic": {"type": "http", "scheme": "basic", "description": "The user's id and key as name and password."},
}


def security() -> list[dict[str, list[str]]]:
    """The developer's id always, with one of the ways to name the user."""
    ways = (("userId", "userApiKey"), ("basic",), ("accessToken",))
    return [{"developerId": [], **{name: [] for name in way}} for way in ways]
