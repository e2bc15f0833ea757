"""The console's pages over a million contacts and a million deliveries on PostgreSQL: `python -m bench.pages`.

For each screen that is registered in `tests.screens`, and for the questions that are hardest to answer: the server's
time from request to answer (middle, 95 of 100, worst), sign-in included, then how many statements one answer takes
and how long it waits for them. `--database URL` keeps the rows there for the next time, as `bench.lists` does.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.answer_times import TARGET_MS, over_large_tables, parser, statements, timed
from extensions import db
from launch.demo import FIRST_LOCATION_ID
from models import User, UserSession, session_digest, writing
from tests.screens.screens import ADMIN, NOBODY, ROOT, SCREENS, Screen
from tests.screens.sights import sights

RUNS = 25
SOME = "some"
PEOPLE = (ROOT, ADMIN, SOME)
"""Who sees everything, nearly everything, and some tens of locations."""
QUIET = {"location_id": "quiet_location_id", "config_id": "quiet_config_id"}
FAILED = {"delivery_id": "failed_delivery_id"}
BUSY = {"config_id": "busy_config_id"}
OK = 200

MORE = (
    Screen("locations, page 9", "locations.index", {"page": "9"}),
    Screen("locations, search", "locations.index", {"q": "place-77"}),
    Screen("location, quiet", "locations.show", sight=QUIET),
    Screen("postbacks, quiet", "postback_configs.index", sight=QUIET),
    Screen("postback, quiet", "postback_configs.show", sight=QUIET),
    Screen("postback, busy", "postback_configs.show", sight=BUSY),
    Screen("postback, quiet: pause", "postback_configs.confirm_pause", sight=QUIET),
    Screen("deliveries, live", "deliveries.live_index"),
    Screen("deliveries of location, live", "deliveries.live_of_location"),
    Screen("deliveries of location, quiet", "deliveries.of_location", sight=QUIET),
    *(
        Screen(f"deliveries, {name}={value}", endpoint, {name: value})
        for name, value in (
            *(("status", value) for value in ("queued", "retrying", "delivered", "blocked", "skipped")),
            *(("code", "4xx"), ("code", "5xx"), ("resource", "accountvault"), ("type", "DELETE")),
            *(("range", "hour"), ("range", "week"), ("q", "example.com"), ("q", "record-170000")),
            ("config", "config-busy-3"),
        )
        for endpoint in ("deliveries.index", "deliveries.of_location")
    ),
    Screen("delivery, of today", "deliveries.show", sight={"delivery_id": "new_delivery_id"}),
    Screen("delivery, live", "deliveries.live", sight=FAILED),
    Screen("deliveries, cancel all", "deliveries.confirm_several", {"do": "cancel-all"}),
    Screen("replay, missed", "replays.count", {"config": "demo-week-old-crm", "status": "missed"}),
    Screen("replay, busy config", "replays.count", {"config": "config-busy-3", "status": "failed"}),
    Screen("contacts, search a name", "contacts.index", {"q": "Anderson"}),
    Screen("contacts, quiet location", "contacts.index", sight=QUIET),
    Screen("contact, with history", "contacts.show", sight={"record_id": "old_contact_id"}),
    Screen("audit log, who", "audit_log.index", {"who": "demo"}),
    Screen("audit log, action", "audit_log.index", {"action": "delete"}),
    Screen("audit log, a location", "audit_log.index", {"location": FIRST_LOCATION_ID}),
    Screen("audit log, a day", "audit_log.index", {"range": "day"}),
)
OVER_ALL = ("/locations", "/deliveries", "/deliveries/live", "/audit-log", "/users")


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, and who asks for it."""

    screen: Screen
    who: str
    address: str


def pages(app: Flask, named: Mapping[str, str], only: str) -> Iterator[Asked]:
    """Every screen as those who matter see it."""
    for screen in (*SCREENS, *MORE):
        if screen.status != OK or screen.press or only not in screen.name:
            continue
        address = _address(app, screen, named)
        for who in PEOPLE if _is_over_all(screen, address) else (screen.who,):
            yield Asked(screen, who, address)


def _is_over_all(screen: Screen, address: str) -> bool:
    """Whether it is a list over all locations: then it matters who sees how many."""
    return screen.who == ADMIN and address.partition("?")[0] in OVER_ALL


def measure(app: Flask, facts: Mapping[str, Any], only: str) -> None:
    """Ask for each page, and print what it took; the slowest again at the end."""
    clients: dict[str, FlaskClient] = {}
    slowest: list[tuple[float, str]] = []
    with app.app_context():
        named = {**facts, **sights()}
    for asked in pages(app, named, only):
        client = clients.setdefault(asked.who, _signed_in(app, asked.who))
        try:
            line, p95 = _line(app, client, asked)
        except AssertionError as error:
            print(f"{asked.screen.name:<40} {asked.who:<12} {error}", flush=True)
            continue
        print(line, flush=True)
        slowest.append((p95, line))
    print(f"\nworst p95 (target {TARGET_MS:.0f} ms):")
    for _, line in sorted(slowest, reverse=True)[:12]:
        print(line)


def _line(app: Flask, client: FlaskClient, asked: Asked) -> tuple[str, float]:
    def ask() -> int:
        response = client.get(asked.address)
        assert response.status_code == OK, f"{asked.address} was answered with {response.status_code}"
        return len(response.data)

    times = timed(ask, RUNS)
    with statements(app) as made:
        size = ask()
    told = f"{len(made.said):>3} statements {made.ms:6.1f} ms  {size / 1024:4.0f} KB"
    return f"{asked.screen.name:<40} {asked.who:<12} {times}  {told}", times.p95


def _address(app: Flask, screen: Screen, named: Mapping[str, str]) -> str:
    with app.test_request_context():
        [rule] = [rule for rule in app.url_map.iter_rules(screen.endpoint) if "GET" in (rule.methods or ())]
        parts: dict[str, Any] = {part: named[screen.sight.get(part, part)] for part in rule.arguments}
        return url_for(screen.endpoint, **{**parts, **screen.query})


def _signed_in(app: Flask, who: str) -> FlaskClient:
    client = app.test_client()
    if who == NOBODY:
        return client
    token = secrets.token_urlsafe(32)
    with app.app_context(), writing(db.session()):
        user_id = db.session.scalars(select(User.id).where(User.username == who)).one()
        db.session.add(UserSession(digest=session_digest(token), user_id=user_id))
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def main() -> None:
    asked = parser("Measures the console's pages over large tables on PostgreSQL.").parse_args()
    with over_large_tables(asked) as (app, facts):
        measure(app, facts, asked.only)


if __name__ == "__main__":
    main()
