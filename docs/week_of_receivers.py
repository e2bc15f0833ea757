"""The receivers of the demo's week: who is well, who stumbles, and who has been down since last night."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from requests import PreparedRequest

from docs.week_of_people import Place
from models import AttemptState
from postbacks.outcome import Outcome, outcome_of
from postbacks.wire import CurlResponse, Failure, Sent

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DOWN_SINCE_MS = 14 * HOUR_MS
"""How long before the week's end the warehouse went down."""
CLOSED_MS = (75 * HOUR_MS, 82 * HOUR_MS)
"""How long before the week's end the mailer was closed for maintenance, from and to."""
MENDED_MS = 26 * HOUR_MS
OK_BODIES = (b"ok", b'{"received":true}', b"")

Temper = Callable[[int, int, Random], Sent]
"""Moment and milliseconds to the week's end → what came back."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A postback config of the week and how its receiver answers."""

    id: str
    location_id: str
    resource: str
    url: str
    number_of_attempts: int
    attempt_interval: int
    temper: Temper
    is_active: bool = True

    def columns(self) -> dict[str, Any]:
        names = ("id", "location_id", "resource", "url", "number_of_attempts", "attempt_interval", "is_active")
        flags = {"on_create": True, "on_update": True, "on_delete": self.resource == "contact"}
        return {name: getattr(self, name) for name in names} | flags


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt."""

    started_ms: int
    sent: Sent
    outcome: Outcome

    @property
    def duration_ms(self) -> int:
        return self.sent.timing.total_ms

    def columns(self, delivery_id: str, happened_ms: int) -> dict[str, Any]:
        response, timing = self.sent.response, self.sent.timing
        state = AttemptState.SUCCEEDED if self.outcome.delivered else AttemptState.FAILED
        return {
            "state": state.value,
            "trigger": "automatic",
            "started_ms": self.started_ms,
            "connect_ms": timing.connect_ms,
            "tls_ms": timing.tls_ms,
            "first_byte_ms": timing.first_byte_ms,
            "duration_ms": timing.total_ms,
            "peer": self.sent.peer,
            "status": self.outcome.status,
            "request_headers": _request_headers(delivery_id, happened_ms),
            "response_headers": None if response is None else response.header_text,
            "response_body": None if response is None else response.content,
            "reason_code": self.outcome.code,
            "reason": self.outcome.reason,
            "advice": self.outcome.advice,
        }


def receivers(shops: Sequence[Place]) -> list[Receiver]:
    """What each shop has asked for: all of them a CRM and a ledger, the busier ones more."""
    first, market, canal = shops[0].id, shops[1].id, shops[2].id
    found = [
        Receiver("demo-week-warehouse", first, "contact", "https://hooks.warehouse.example/intake", 4, 3600, _down),
        Receiver("demo-week-mailer", first, "contact", "https://mailer.example/in?list=news", 3, 60, _strict),
        Receiver("demo-week-vaults", first, "accountvault", "https://tokens.example/sync", 5, 300, _well),
        Receiver(
            "demo-week-old-crm", first, "contact", "https://old-crm.example/hooks", 5, 300, _well, is_active=False
        ),
        Receiver("demo-week-canal-bi", canal, "contact", "https://bi.example/events", 2, 120, _stumbling),
        Receiver("demo-week-market-pos", market, "contact", "https://pos.example:8443/customers", 4, 60, _slow),
    ]
    for number, shop in enumerate(shops):
        found.append(_crm(shop, number))
        found.append(_ledger(shop, number))
    return found


def _crm(shop: Place, number: int) -> Receiver:
    return Receiver(f"demo-week-crm-{number}", shop.id, "contact", "https://crm.example/api/postbacks", 5, 300, _well)


def _ledger(shop: Place, number: int) -> Receiver:
    url = f"https://ledger.example/webhooks/sales?shop={shop.account_number}"
    return Receiver(f"demo-week-ledger-{number}", shop.id, "transaction", url, 10, 60, _stumbling)


def tries(receiver: Receiver, ms: int, end_ms: int, random: Random) -> Iterator[Try]:
    """The attempts up to the week's end: until one is acknowledged or the last one fails."""
    at = ms + random.randrange(2, 30)
    for _ in range(receiver.number_of_attempts):
        sent = receiver.temper(at, end_ms - at, random)
        one = Try(at, sent, outcome_of(sent, at / 1000))
        yield one
        at += one.duration_ms + receiver.attempt_interval * 1000
        if one.outcome.delivered or at > end_ms:
            return


def _well(_at: int, _left: int, random: Random) -> Sent:
    return _answer(random, 200, random.choice(OK_BODIES), 18, 90)


def _slow(_at: int, _left: int, random: Random) -> Sent:
    return _answer(random, 202, b"queued", 300, 1900)


def _stumbling(_at: int, left: int, random: Random) -> Sent:
    """Restarted now and then, for some minutes, until it was mended yesterday."""
    if left > MENDED_MS and left // (4 * MINUTE_MS) % 41 == 0:
        return _answer(random, 503, b"upstream restarting", 3, 12)
    return _answer(random, 200, b'{"received":true}', 40, 210)


def back_again(at: int, left: int, random: Random) -> Sent:
    """A receiver that was away, and is well now."""
    return _well(at, left, random)


def _strict(_at: int, left: int, random: Random) -> Sent:
    """Refuses an address now and then, and everything while it is closed."""
    if CLOSED_MS[0] < left < CLOSED_MS[1]:
        return _answer(random, 503, b'{"error":"maintenance"}', 3, 12)
    if random.random() < 0.05:  # noqa: PLR2004
        return _answer(random, 422, b'{"error":"email is not on the list"}', 25, 80)
    return _answer(random, 200, b"", 25, 120)


def _down(_at: int, left: int, random: Random) -> Sent:
    if left > DOWN_SINCE_MS:
        return _answer(random, 204, b"", 60, 240)
    failed = Sent(failure=Failure("connect_timeout"))
    failed.timing.total_ms = 5000 + random.randrange(4)
    return failed


def _answer(random: Random, status: int, body: bytes, least_ms: int, most_ms: int) -> Sent:
    head = f"Content-Type: text/plain\nContent-Length: {len(body)}\nServer: nginx".encode()
    sent = Sent(CurlResponse(PreparedRequest(), status, head, body), peer="203.0.113.24:443")
    timing = sent.timing
    timing.total_ms = random.randint(least_ms, most_ms)
    timing.first_byte_ms = timing.total_ms - 1
    if random.random() < 0.2:  # noqa: PLR2004 - the others went over a connection that was kept alive
        timing.connect_ms, timing.tls_ms = timing.total_ms // 5, timing.total_ms // 2
    return sent


def _request_headers(delivery_id: str, happened_ms: int) -> str:
    lines = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "Postbacks/0.1.0",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(happened_ms // 1000),
        "webhook-signature": "***",
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())
