"""API keys on the wire, by their first letters: the key itself is shown once, when it is made."""

from models import ApiKey

API_KEY_KEYS = ("id", "user_id", "prefix", "created_ts", "last_used_ts", "revoked_ts")


def api_key_shape(key: ApiKey) -> dict[str, object]:
    return {name: getattr(key, name) for name in API_KEY_KEYS}
