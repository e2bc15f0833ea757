"""A thousand locations with a million contacts and a million deliveries, written by PostgreSQL itself.

They lie around the demo with its week, whose first location is the busiest: a tenth of everything is its own.
"""

import time
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from api.filters import columns_of
from api.ordering import order_asked
from docs.week import plant_week
from extensions import db, settings
from launch.demo import FIRST_LOCATION_ID, GROUP_ID, ROOT_ID, prepare_demo
from models import ApiKey, Contact, Developer, Location, PostbackConfig, Role, User, writing
from models.base import TICKS_BEFORE_EPOCH
from postbacks.encryption import Vault
from postbacks.signing import new_secret
from tests.screens.sights import plant_the_empty

DEVELOPER, KEY = "bench", "key-of-"
LOCATIONS = 1000
PEOPLE = {
    "all": [ROOT_ID],
    "some": [FIRST_LOCATION_ID, *(f"place-{number}" for number in range(10, 40))],
    "one": ["place-7"],
    "asleep": ["place-999"],
}
"""Who asks, and where they hold a role: everywhere, at 31 places, at one, at one where nothing happens any more."""
DAYS, DELIVERY_DAYS = 90, 14
DAY = 24 * 60 * 60
BUSY_CONFIGS = ("demo-week-crm-0", "demo-week-mailer", *(f"config-busy-{number}" for number in range(8)))

ID = "'1' || lpad(to_hex(:ticks + {at}), 15, '0') || lpad(to_hex(2147483648 + (n * 7919) % 1073741824), 8, '0')"
PLACE = f"""CASE WHEN n % 10 = 5 THEN '{FIRST_LOCATION_ID}'
     ELSE 'place-' || CASE WHEN n < :rows / 50 THEN 999 ELSE (n * 7919) % 998 + 1 END END"""
NAMES = "(ARRAY['Johnson','Jones','Larsen','Garcia','Nakamura','Anderson','Smith','Okafor','Petrov','Wilson'])"
STEADY = "(n * :seconds / :rows)"
OF_LATE = f"""(CASE WHEN n < :rows * 9 / 10
     THEN {(DAYS - DELIVERY_DAYS) * DAY} + n * {(DELIVERY_DAYS - 1) * DAY} / (:rows * 9 / 10)
     ELSE {(DAYS - 1) * DAY} + (n - :rows * 9 / 10) * {DAY} / (:rows / 10) END)"""
"""Seconds since the beginning: contacts over 90 days, deliveries over 14, a tenth of them on the last."""
STEADY_ID, LATE_ID = (ID.format(at=f"{at}::bigint * 10000000 + n % 10000000") for at in (STEADY, OF_LATE))
DATA = f"""json_build_object('id', 'record-' || n / 3, 'location_id', {PLACE}, 'account_number', NULL,
  'contact_api_id', 'A' || n, 'company_name', 'Company ' || n % 1009, 'first_name', 'Ann' || n % 97,
  'last_name', {NAMES}[(1 + n / 3 % 10)::int], 'email', 'mail' || n || '@example.com', 'city', 'City ' || n % 301,
  'state', 'NY', 'zip', NULL, 'home_phone', NULL, 'cell_phone', NULL, 'email_trx_receipt', false,
  'created_ts', :ts + {OF_LATE}, 'modified_ts', :ts + {OF_LATE})"""

CONTACTS = f"""
INSERT INTO contacts (id, location_id, contact_api_id, last_name, first_name, company_name, email, city, state,
                      email_trx_receipt, header_message_type_id, created_ts, modified_ts)
SELECT {STEADY_ID}, {PLACE}, 'A' || n,
       {NAMES}[(1 + n % 10)::int] || CASE WHEN n % 50000 = 7 THEN 'zyxw' ELSE substr(md5(n::text), 1, 3) END,
       'Ann' || n % 97, 'Company ' || n % 1009, 'mail' || n || '@example.com', 'City ' || n % 301, 'NY',
       false, 0, :ts + {STEADY}, :ts + {STEADY} + CASE WHEN n % 10 = 0 THEN (n * 31) % 864000 ELSE 0 END
FROM generate_series(0::bigint, :rows - 1) AS n
"""
EVENTS = f"""
INSERT INTO events (id, location_id, resource, record_id, type, data, created_ms, user_id)
SELECT {LATE_ID}, {PLACE}, 'contact', 'record-' || n / 3, (ARRAY['CREATE','UPDATE','DELETE'])[(1 + n % 3)::int],
       {DATA}, (:ts + {OF_LATE}) * 1000::bigint, 'all'
FROM generate_series(0::bigint, :rows - 1) AS n
"""
DELIVERIES = f"""
INSERT INTO deliveries (id, event_id, postback_config_id, location_id, payload_bytes, state, attempts_made,
                        attempts_begun, interruptions, attempts_granted, next_attempt_ms, last_status, created_ms,
                        finished_ms, reason_code, reason)
SELECT {LATE_ID}, {LATE_ID},
       CASE WHEN place LIKE 'place-%' THEN 'config-' || substr(place, 7)
            ELSE (ARRAY[{", ".join(f"'{config}'" for config in BUSY_CONFIGS)}])[1 + n / 10 % {len(BUSY_CONFIGS)}] END,
       place, 400, state, 1, 1, 0, 0, CASE WHEN state = 'waiting' THEN (:ts + :seconds) * 1000::bigint END,
       CASE WHEN state = 'delivered' THEN 200 WHEN n % 100000 = 99 THEN 418 ELSE 500 END,
       (:ts + {OF_LATE}) * 1000::bigint,
       CASE WHEN state <> 'waiting' THEN (:ts + {OF_LATE}) * 1000::bigint + 20 + n * 31 % 1700 END,
       CASE WHEN state IN ('failed', 'waiting') THEN 'http_error' END,
       CASE WHEN state IN ('failed', 'waiting') THEN 'The receiver answered 500.' END
FROM (SELECT n, {PLACE} AS place, CASE WHEN n % 100 IN (99, 45) THEN 'failed' WHEN n % 1000 = 1 THEN 'cancelled'
             WHEN n % 2000 IN (2, 15) THEN 'waiting' ELSE 'delivered' END AS state
      FROM generate_series(0::bigint, :rows - 1) AS n) AS made
"""
ATTEMPTS = f"""
INSERT INTO attempts (delivery_id, sequence, number, state, trigger, url, started_ms, first_byte_ms, duration_ms, peer,
                      status, request_headers, response_headers, response_body)
SELECT {LATE_ID}, 1, 1, 'succeeded', 'automatic', 'https://example.com/', (:ts + {OF_LATE}) * 1000::bigint, 30, 31,
       '192.0.2.1:443', 200, 'content-type: application/x-www-form-urlencoded', 'content-type: text/plain', 'ok'
FROM generate_series(:rows * 9::bigint / 10, :rows - 1) AS n
"""
AUDIT_ENTRIES = f"""
INSERT INTO audit_entries (id, created_ts, user_id, username, credential, action, resource, record_id, location_id,
                           event_id)
SELECT {LATE_ID}, :ts + {OF_LATE}, 'all', 'all', 'session', (ARRAY['create','update','delete'])[(1 + n % 3)::int],
       'contact', 'record-' || n / 3, {PLACE}, {LATE_ID}
FROM generate_series(0::bigint, :rows - 1) AS n WHERE n % 10 IN (0, 2, 4, 5, 7)
"""
STATEMENTS = (CONTACTS, EVENTS, DELIVERIES, ATTEMPTS, AUDIT_ENTRIES)


def seed(rows: int) -> dict[str, Any]:
    """Write what is not there. Returns what the queries ask about."""
    if db.session.get(Developer, DEVELOPER) is None:
        prepare_demo(settings())
        plant_week(db.session(), FIRST_LOCATION_ID, GROUP_ID, _vault())
        plant_the_empty()
        _people_and_places()
        _fill(rows)
    return _facts()


def _fill(rows: int) -> None:
    began = int(time.time()) - DAYS * DAY
    values = {
        "rows": rows,
        "ts": began,
        "seconds": DAYS * DAY,
        "ticks": began * 10_000_000 + TICKS_BEFORE_EPOCH,
    }
    with writing(db.session()):
        for statement in STATEMENTS:
            db.session.execute(text(statement), values)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _vault() -> Vault:
    return Vault(settings().fernet_keys)


def _people_and_places() -> None:
    secret = _vault().encrypt(new_secret())
    with writing(db.session()):
        db.session.add(Developer(id=DEVELOPER, name="Bench"))
        places = [f"place-{number}" for number in range(1, LOCATIONS)]
        db.session.add_all(Location(id=place, name=place, parent_id=GROUP_ID) for place in places)
        db.session.add_all(User(id=name, username=name) for name in PEOPLE)
        db.session.flush()
        for name, held in PEOPLE.items():
            db.session.add(ApiKey(user_id=name, prefix="key-of-", digest=sha256(f"{KEY}{name}".encode()).hexdigest()))
            db.session.add_all(Role(user_id=name, location_id=place, name="admin") for place in held)
        configs = [(place.replace("place", "config"), place) for place in places]
        configs += [(config, FIRST_LOCATION_ID) for config in BUSY_CONFIGS if config.startswith("config-")]
        db.session.add_all(
            PostbackConfig(
                id=config,
                location_id=place,
                resource="contact",
                on_create=True,
                on_update=True,
                on_delete=True,
                url=f"https://example.com/{config}",
                signing_secret=secret,
            )
            for config, place in configs
        )


def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = {"location_id": "place-12", "config_id": "config-12"}
    facts |= {"quiet_location_id": "place-12", "quiet_config_id": "config-12", "busy_config_id": BUSY_CONFIGS[-1]}
    here = f"location_id = '{FIRST_LOCATION_ID}'"
    [facts["new_delivery_id"]] = _one(
        f"SELECT max(delivery_id) FROM attempts JOIN deliveries d ON d.id = delivery_id AND d.{here} AND number = 1"
    )
    [facts["old_contact_id"]] = _one(
        f"SELECT c.id FROM contacts c JOIN events e ON e.record_id = c.id WHERE c.{here}"
        " GROUP BY c.id ORDER BY count(*) DESC LIMIT 1"
    )
    facts["oldest_ts"], facts["newest_ts"] = _one("SELECT min(created_ts), max(created_ts) FROM contacts")
    [facts["oldest_delivery_ts"]] = _one("SELECT min(created_ms) / 1000 FROM deliveries")
    order = order_asked(columns_of(Contact, ["id", "created_ts"], made_with_ids=True), None)
    kinds = {"contacts": "contacts", "postbackdeliveries": "deliveries", "auditlogs": "audit_entries"}
    for kind, table in kinds.items():
        [middle] = _one(f"SELECT id FROM {table} ORDER BY id OFFSET (SELECT count(*) / 3 FROM {table}) LIMIT 1")
        facts[f"{kind}_id"], facts[f"{kind}_cursor"] = middle, order.cursor([middle])
    facts["event_id"], facts["record_id"] = _one(
        f"SELECT event_id, record_id FROM audit_entries WHERE id >= '{facts['auditlogs_id']}'"
        " AND event_id IS NOT NULL ORDER BY id LIMIT 1"
    )
    [facts["contact_api_id"]] = _one(f"SELECT contact_api_id FROM contacts WHERE id = '{facts['contacts_id']}'")
    return facts


def _one(statement: str) -> Any:
    found = db.session.execute(text(statement)).first()
    db.session.rollback()
    return found
