"""Requests as shell lines for the documentation, with this server's address and the reader's own ids."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any

WHO = '-u "$USER_ID:$USER_API_KEY" -H "developer-id: $DEVELOPER_ID"'


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the lines are filled in."""

    url: str
    """Of this server."""
    location_id: str
    user_id: str | None
    """None for who is not signed in."""
    location_name: str | None

    @property
    def variables(self) -> str:
        """What the lines take for granted; what only the reader knows is left open."""
        user = self.user_id or "…"
        return "\n".join(
            [
                f"POSTBACK_URL={self.url}",
                "DEVELOPER_ID=…",
                f"USER_ID={user}",
                "USER_API_KEY=…",
                f"LOCATION_ID={self.location_id}",
                "INBOX_URL=…",
            ]
        )


def curl_lines() -> str:
    """From a key to the first postback: look, subscribe, let something happen, see it delivered, see how it does."""
    return "\n".join(f"curl -s {WHO} {what}" for what in FIRST)


CONFIG = (
    '{"postbackconfig":{"location_id":"\'$LOCATION_ID\'","resource":"contact","url":"\'$INBOX_URL\'",'
    '"on_create":1,"on_update":1,"on_delete":1}}'
)
CONTACT = '{"contact":{"location_id":"\'$LOCATION_ID\'","last_name":"Jones"}}'
FIRST = (
    '"$POSTBACK_URL/v2/locations/$LOCATION_ID"',
    f"--json '{CONFIG}' \"$POSTBACK_URL/v2/postbackconfigs\"",
    f"--json '{CONTACT}' \"$POSTBACK_URL/v2/contacts\"",
    '"$POSTBACK_URL/v2/postbackdeliveries?page_size=1&expand=attempts,data"',
    '"$POSTBACK_URL/v2/postbackconfigs?location_id=$LOCATION_ID&expand=stats"',
)


def request_line(reader: Reader, method: str, path: str, body: Mapping[str, Any] | None) -> str:
    """One request, ready to be pasted where the variables are set."""
    address = path.replace("{", "$").replace("}", "").replace("$record_id", "$ID")
    for name in ("config_id", "delivery_id", "event_id", "replay_id"):
        address = address.replace(f"${name}", "$ID")
    way = "" if method == "GET" or (method == "POST" and body) else f" -X {method}"
    sent = "" if body is None else f" \\\n  --json {quote(json.dumps(_placed(body, reader)))}"
    return f'curl -s{way} {WHO}{sent} \\\n  "$POSTBACK_URL{address}"'


def _placed(body: Any, reader: Reader) -> Any:
    """With the reader's own location in the place of the sample's."""
    if isinstance(body, list):
        return [_placed(one, reader) for one in body]
    if not isinstance(body, Mapping):
        return body
    own = dict.fromkeys(("location_id", "parent_id", "primary_location_id"), reader.location_id)
    return {name: own[name] if name in own else _placed(value, reader) for name, value in body.items()}
