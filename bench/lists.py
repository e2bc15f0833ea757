"""Lists over a million contacts and a million deliveries on PostgreSQL: `python -m bench.lists`.

For each query: the server's time from request to answer (middle, 95 of 100, worst), credentials included, and how
PostgreSQL finds the rows. `--database URL` keeps the rows there for the next time; `--rows` makes fewer.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from api.pieces import BY_INDEX
from app import create_app
from bench.list_seed import DEVELOPER, KEY, PEOPLE, seed
from bench.stage import settings_of
from bench.stores import postgresql
from config import HOUSE, Settings
from extensions import db

RUNS, FEW_RUNS, WARM = 40, 4, 6
TARGET_MS = 50.0
NOT_INDEXED = "no index: reads on"


def queries(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, path, query string."""
    day, week = 86400, 7 * 86400
    newest, middle = facts["newest_ts"], (facts["newest_ts"] + facts["oldest_ts"]) // 2
    for kind in ("contacts", "postbackdeliveries"):
        yield "first page", kind, {}
        yield "page 2", kind, {"page": 2}
        yield "200 a page", kind, {"page_size": 200}
        yield "deep cursor page", kind, {"page": 25_000, "cursor": facts[f"{kind}_cursor"]}
        yield "last page", kind, {"page": 50_000, "cursor": "end"}
        yield "sort id", kind, {"sort": "id"}
        yield "sort created_ts", kind, {"sort": "created_ts"}
        yield "created: a week, newest", kind, {"created_ts_from": newest - week}
        yield "created: a day, long ago", kind, {"created_ts_from": middle, "created_ts_to": middle + day}
        yield "location_id", kind, {"location_id": facts["location_id"]}
        yield "id", kind, {"id": facts[f"{kind}_id"]}
    yield "sort modified_ts", "contacts", {"sort": "modified_ts"}
    yield "sort -modified_ts", "contacts", {"sort": "-modified_ts"}
    yield "modified since", "contacts", {"modified_ts_from": newest - week, "sort": "modified_ts"}
    yield "modified: a day, long ago", "contacts", {"modified_ts_from": middle, "modified_ts_to": middle + day}
    yield "contact_api_id", "contacts", {"contact_api_id": facts["contact_api_id"]}
    yield "name contains, common", "contacts", {"last_name": "son"}
    yield "name contains, rare", "contacts", {"last_name": "zyxw"}
    yield "name contains, nobody", "contacts", {"last_name": "qqqqq"}
    yield "postback_config_id", "postbackdeliveries", {"postback_config_id": facts["config_id"]}
    yield "event_id", "postbackdeliveries", {"event_id": facts["event_id"]}
    yield "record_id", "postbackdeliveries", {"record_id": facts["record_id"]}
    for status in ("delivered", "failed", "cancelled", "waiting"):
        yield f"status {status}", "postbackdeliveries", {"status": status}
    yield "resource and type", "postbackdeliveries", {"resource": "contact", "type": "CREATE"}
    yield "code 500", "postbackdeliveries", {"code": 500}
    yield f"code 418 ({NOT_INDEXED})", "postbackdeliveries", {"code": 418}
    yield f"email contains, rare ({NOT_INDEXED})", "contacts", {"email": "zyxw"}
    yield f"sort city ({NOT_INDEXED})", "contacts", {"sort": "city"}


def measure(app: Flask, facts: Mapping[str, Any], people: list[str], only: str) -> None:
    """Ask each query as each of these people, and print what it took and how it was found."""
    worst = 0.0
    for name, path, query in queries(facts):
        for person in people if only in f"{path} {name}" else ():
            indexed = NOT_INDEXED not in name
            took, found, plan = _asked(app, person, f"/v2/{path}", query, RUNS if indexed else FEW_RUNS)
            p95 = took[max(0, ceil(len(took) * 0.95) - 1)]
            worst = max(worst, p95 if indexed else 0.0)
            times = f"p50 {statistics.median(took):6.1f}  p95 {p95:6.1f}  max {took[-1]:6.1f} ms"
            print(f"{path:<19} {name:<42} {person:<7} {times}  of {found:>9,}  {plan}", flush=True)
    print(f"worst p95 of what has an index: {worst:.1f} ms (target {TARGET_MS:.0f})")


def _asked(app: Flask, person: str, path: str, query: dict[str, Any], runs: int) -> tuple[list[float], int, str]:
    """The milliseconds of each answer, ascending; the total that was told; the plans."""
    client, took = app.test_client(), []
    headers = {"developer-id": DEVELOPER, "user-id": person, "user-api-key": KEY + person}

    def ask() -> Any:
        began = time.perf_counter()
        response = client.get(path, query_string=query, headers=headers)
        took.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, response.data
        return response.json

    for _ in range(WARM + runs):
        answer = ask()
    plan = _plans(app, ask)
    return sorted(took[WARM:-1]), answer["meta"]["pagination"]["totalCount"], plan


def _plans(app: Flask, do: Any) -> str:
    """How the statements about the two large tables find their rows."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")) and (
            "FROM contacts" in statement or "FROM deliveries" in statement
        ):
            asked.append((statement, parameters))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            do()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        with db.engine.connect() as connection:
            connection.execute(BY_INDEX)
            plans = [
                connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {said}", given).scalar_one() for said, given in asked
            ]
    return " | ".join(" ".join(dict.fromkeys(_nodes(plan[0]["Plan"]))) for plan in plans)


def _nodes(plan: Mapping[str, Any]) -> Iterator[str]:
    kind = plan["Node Type"].replace(" ", "")
    if "Scan" in kind:
        yield f"{kind}({plan.get('Index Name') or plan.get('Relation Name') or plan.get('CTE Name')})"
    elif kind == "Sort":
        yield kind
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


@contextmanager
def _database(given: str) -> Iterator[str]:
    if given:
        yield given
        return
    with postgresql() as store:
        if store is None:
            raise SystemExit(1)
        with store.database() as url:
            yield url


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures lists over large tables on PostgreSQL.")
    parser.add_argument("--database", default="", help="a database to seed once and keep")
    parser.add_argument("--rows", type=int, default=1_000_000, help="contacts, and deliveries")
    parser.add_argument("--only", default="", help="queries whose name has this")
    parser.add_argument("--people", default=",".join(PEOPLE), help="who asks")
    parser.add_argument("--seed-only", action="store_true")
    asked = parser.parse_args()
    with _database(asked.database) as url, tempfile.TemporaryDirectory(prefix="postbacks-bench-") as folder:
        app = create_app(Settings.model_validate(settings_of(Path(folder), url)))
        with app.app_context():
            upgrade(directory=str(HOUSE / "migrations"))
            facts = seed(asked.rows)
        if not asked.seed_only:
            measure(app, facts, asked.people.split(","), asked.only)
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
