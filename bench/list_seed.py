"""A thousand locations with a million contacts and a million deliveries, written by PostgreSQL itself."""

import time
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from api.filters import columns_of
from api.ordering import order_asked
from extensions import db, settings
from models import ApiKey, Contact, Developer, Location, PostbackConfig, Role, User, writing
from models.base import TICKS_BEFORE_EPOCH
from postbacks.encryption import Vault
from postbacks.signing import new_secret

DEVELOPER, KEY = "bench", "key-of-"
LOCATIONS = 1000
PEOPLE = {
    "all": ["place-0"],
    "some": [f"place-{number}" for number in range(10, 40)],
    "one": ["place-7"],
    "asleep": ["place-999"],
}
"""Who asks, and where they hold a role: everywhere, at 30 places, at one, at one where nothing happens any more."""
DAYS = 90

ID = "'1' || lpad(to_hex(:ticks + n * :step), 15, '0') || lpad(to_hex(2147483648 + (n * 7919) % 1073741824), 8, '0')"
PLACE = "'place-' || CASE WHEN n < :rows / 50 THEN 999 ELSE (n * 7919) % 998 + 1 END"
NAMES = "(ARRAY['Johnson','Jones','Larsen','Garcia','Nakamura','Anderson','Smith','Okafor','Petrov','Wilson'])"

CONTACTS = f"""
INSERT INTO contacts (id, location_id, contact_api_id, last_name, first_name, company_name, email, city, state,
                      email_trx_receipt, header_message_type_id, created_ts, modified_ts)
SELECT {ID}, {PLACE}, 'A' || n,
       {NAMES}[(1 + n % 10)::int] || CASE WHEN n % 50000 = 7 THEN 'zyxw' ELSE substr(md5(n::text), 1, 3) END,
       'Ann' || n % 97, 'Company ' || n % 1009, 'mail' || n || '@example.com', 'City ' || n % 301, 'NY',
       false, 0, :ts + n * :seconds / :rows,
       :ts + n * :seconds / :rows + CASE WHEN n % 10 = 0 THEN (n * 31) % 864000 ELSE 0 END
FROM generate_series(0::bigint, :rows - 1) AS n
"""
EVENTS = f"""
INSERT INTO events (id, location_id, resource, record_id, type, data, created_ms)
SELECT {ID}, {PLACE}, 'contact', 'record-' || n / 3, (ARRAY['CREATE','UPDATE','DELETE'])[(1 + n % 3)::int], '{{}}',
       (:ts + n * :seconds / :rows) * 1000::bigint
FROM generate_series(0::bigint, :rows - 1) AS n
"""
DELIVERIES = f"""
INSERT INTO deliveries (id, event_id, postback_config_id, location_id, payload_bytes, state, attempts_made,
                        attempts_begun, interruptions, attempts_granted, next_attempt_ms, last_status, created_ms)
SELECT {ID}, {ID}, 'config-' || substr(place, 7), place, 2, state, 1, 1, 0, 0,
       CASE WHEN state = 'waiting' THEN (:ts + :seconds) * 1000::bigint END,
       CASE WHEN state = 'delivered' THEN 200 WHEN n % 100000 = 99 THEN 418 ELSE 500 END,
       (:ts + n * :seconds / :rows) * 1000::bigint
FROM (SELECT n, {PLACE} AS place, CASE WHEN n % 100 = 99 THEN 'failed' WHEN n % 1000 = 1 THEN 'cancelled'
             WHEN n % 2000 = 2 THEN 'waiting' ELSE 'delivered' END AS state
      FROM generate_series(0::bigint, :rows - 1) AS n) AS made
"""


STATEMENTS = {"contacts": CONTACTS, "events": EVENTS, "deliveries": DELIVERIES}


def seed(rows: int) -> dict[str, Any]:
    """Write what is not there. Returns what the queries ask about."""
    if db.session.get(Developer, DEVELOPER) is None:
        _people_and_places()
    [kept] = _one("SELECT min(created_ts) FROM contacts")
    began = kept or int(time.time()) - DAYS * 86400
    values = {
        "rows": rows,
        "ts": began,
        "seconds": DAYS * 86400,
        "ticks": began * 10_000_000 + TICKS_BEFORE_EPOCH,
        "step": DAYS * 86400 * 10_000_000 // rows,
    }
    missing = [statement for table, statement in STATEMENTS.items() if _one(f"SELECT 1 FROM {table} LIMIT 1") is None]
    for statement in missing:
        with writing(db.session()):
            db.session.execute(text(statement), values)
    if missing:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return _facts()


def _people_and_places() -> None:
    secret = Vault(settings().fernet_keys).encrypt(new_secret())
    with writing(db.session()):
        db.session.add(Developer(id=DEVELOPER, name="Bench"))
        db.session.add(Location(id="place-0", name="Place 0"))
        db.session.flush()
        places = [f"place-{number}" for number in range(1, LOCATIONS)]
        db.session.add_all(Location(id=place, name=place, parent_id="place-0") for place in places)
        db.session.add_all(User(id=name, username=name) for name in PEOPLE)
        db.session.flush()
        for name, held in PEOPLE.items():
            db.session.add(ApiKey(user_id=name, prefix="key-of-", digest=sha256(f"{KEY}{name}".encode()).hexdigest()))
            db.session.add_all(Role(user_id=name, location_id=place, name="admin") for place in held)
        db.session.add_all(
            PostbackConfig(
                id=place.replace("place", "config"),
                location_id=place,
                resource="contact",
                on_create=True,
                on_update=True,
                on_delete=True,
                url=f"https://example.com/{place}",
                signing_secret=secret,
            )
            for place in places
        )


def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = {"location_id": "place-12", "config_id": "config-12"}
    facts["oldest_ts"], facts["newest_ts"] = _one("SELECT min(created_ts), max(created_ts) FROM contacts")
    order = order_asked(columns_of(Contact, ["id", "created_ts"], made_with_ids=True), None)
    for kind, table in (("contacts", "contacts"), ("postbackdeliveries", "deliveries")):
        [middle] = _one(f"SELECT id FROM {table} ORDER BY id OFFSET (SELECT count(*) / 2 FROM {table}) LIMIT 1")
        facts[f"{kind}_id"], facts[f"{kind}_cursor"] = middle, order.cursor([middle])
    [facts["event_id"]] = [facts["postbackdeliveries_id"]]
    [facts["record_id"]] = _one(f"SELECT record_id FROM events WHERE id = '{facts['event_id']}'")
    [facts["contact_api_id"]] = _one(f"SELECT contact_api_id FROM contacts WHERE id = '{facts['contacts_id']}'")
    return facts


def _one(statement: str) -> Any:
    found = db.session.execute(text(statement)).first()
    db.session.rollback()
    return found
