"""What the lists are asked for most goes through an index on PostgreSQL, by the planner's own choice, over enough rows.

The lists themselves forbid sequential scans, so a plan of theirs proves nothing: here the planner is free.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import Select, text

from api import changelogs, contacts, postback_deliveries
from api.envelopes import Kind
from api.filters import filtered
from api.ordering import order_asked
from api.pieces import Found
from api.totals import Explained
from extensions import db
from models import wall_ms, writing
from models.base import TICKS_BEFORE_EPOCH
from resources.access import Actor
from resources.changelogs import changes_in_sight
from resources.contacts import CONTACTS
from resources.deliveries import deliveries_in_sight
from tests.world import World

ROWS = 20_000
DAY = 86_400
ID = "'1' || lpad(to_hex(:ticks + n * 864000000), 15, '0') || '80000000'"
PLACE = "CASE WHEN n % 4 = 0 THEN :here ELSE :elsewhere END"
NUMBERS = "FROM generate_series(0::bigint, :rows - 1) AS n"
STATEMENTS = [
    f"""INSERT INTO contacts (id, location_id, contact_api_id, last_name, first_name, email_trx_receipt,
        header_message_type_id, created_ts, modified_ts)
        SELECT {ID}, {PLACE}, 'A' || n, 'Jones' || n, 'Ann', false, 0, :ts + n * 86, :ts + n * 86 {NUMBERS}""",
    f"""INSERT INTO events (id, location_id, resource, record_id, type, data, created_ms)
        SELECT {ID}, {PLACE}, 'contact', 'record-' || n / 3, 'CREATE', '{{}}', (:ts + n * 86) * 1000 {NUMBERS}""",
    f"""INSERT INTO deliveries (id, event_id, postback_config_id, location_id, payload_bytes, state, attempts_made,
        attempts_begun, interruptions, attempts_granted, created_ms)
        SELECT {ID}, {ID}, CASE WHEN n % 50 = 0 THEN :rare ELSE :config END, {PLACE}, 2,
        CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'delivered' END, 1, 1, 0, 0, (:ts + n * 86) * 1000 {NUMBERS}""",
]  # fmt: skip
QUERIES = [
    ("contacts", {}),
    ("contacts", {"id": "{id}"}),
    ("contacts", {"contact_api_id": "A77"}),
    ("contacts", {"created_ts": "{recent}"}),
    ("contacts", {"modified_ts": "{recent}", "sort": "-modified_ts"}),
    ("postbackdeliveries", {}),
    ("postbackdeliveries", {"id": "{id}"}),
    ("postbackdeliveries", {"event_id": "{id}"}),
    ("postbackdeliveries", {"record_id": "record-77"}),
    ("postbackdeliveries", {"postback_config_id": "{rare}"}),
    ("postbackdeliveries", {"status": "failed"}),
    ("postbackdeliveries", {"created_ts": "{recent}"}),
    ("changelogs", {}),
    ("changelogs", {"model_id": "record-77"}),
    ("changelogs", {"created_ts": "{recent}"}),
]
KINDS: Mapping[str, tuple[Kind[Any], Callable[[Actor], Select[Any]]]] = {
    "contacts": (contacts.KIND, CONTACTS.in_sight),
    "postbackdeliveries": (postback_deliveries.KIND, deliveries_in_sight),
    "changelogs": (changelogs.KIND, changes_in_sight),
}


def planted(world: World) -> dict[str, Any]:
    """Enough rows, and what the queries ask about."""
    began = wall_ms() // 1000 - ROWS * 86
    facts = {"config": world.config().id, "rare": world.config().id, "here": world.here, "elsewhere": world.elsewhere}
    values = {**facts, "rows": ROWS, "ts": began, "ticks": began * 10_000_000 + TICKS_BEFORE_EPOCH}
    with writing(db.session()):
        for statement in STATEMENTS:
            db.session.execute(text(statement), values)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE contacts, events, deliveries"))
    [middle] = db.session.execute(text(f"SELECT id FROM contacts ORDER BY id OFFSET {ROWS // 2} LIMIT 1")).one()
    newest = began + ROWS * 86
    return {**facts, "id": middle, "recent": f"{newest - DAY // 4}|{newest}"}


def scans(node: dict[str, Any]) -> list[str]:
    """The tables that this plan reads whole."""
    mine = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []
    return mine + [name for child in node.get("Plans", []) for name in scans(child)]


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_indexed_filters_read_no_table_whole(world: World) -> None:
    facts = planted(world)
    whole = {}
    for name in ("owner", "head"):
        for plural, query in QUERIES:
            kind, in_sight = KINDS[plural]
            asked = {key: value.format(**facts) for key, value in query.items()}
            order = order_asked(kind.columns, asked.pop("sort", None))
            statement = in_sight(world.actor(name))
            found = Found(statement, filtered(statement, kind.columns, list(asked.items())), kind.columns, order)
            page = found.rows.order_by(*order.clauses()).limit(21)
            told = db.session.connection().execute(Explained(page)).scalar_one()
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            read = set(scans(plan)) & {"contacts", "events", "deliveries"}
            if read:
                whole[f"{name}: {plural} {query}"] = read
    assert whole == {}
