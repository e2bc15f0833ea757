"""An integrator over real HTTP: creates contacts and says how it went and how long it took."""

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Created:
    """An answer of the API. Status 0: there was none; `id` is None without a 2xx."""

    status: int
    seconds: float
    id: str | None = None
    retry_after: str | None = None
    message: str | None = None
    """What a refusal says."""


@dataclass(frozen=True)
class ContactClient:
    """A connection a request, so that any thread may use it and none is left to a server that died."""

    base_url: str
    headers: dict[str, str]
    location_id: str

    def create(self, last_name: str, wait: float = 0.0, key: str | None = None) -> Created:
        """POST one contact, after `wait` seconds; `key` is its idempotency key."""
        time.sleep(wait)
        body = json.dumps({"contact": {"location_id": self.location_id, "last_name": last_name}})
        connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=PATIENCE)
        headers = {**self.headers, "Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        began = time.monotonic()
        try:
            connection.request("POST", "/v2/contacts", body, headers)
            answer = connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            return Created(0, time.monotonic() - began)
        finally:
            connection.close()
        seconds = time.monotonic() - began
        made = json.loads(told)["contact"]["id"] if answer.status == http.HTTPStatus.CREATED else None
        message = json.loads(told).get("message") if made is None else None
        return Created(answer.status, seconds, made, answer.headers["Retry-After"], message)
