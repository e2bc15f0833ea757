"""Lists over a million contacts and a million deliveries on PostgreSQL: `python -m bench.lists`.

For each query: the server's time from request to answer (middle, 95 of 100, worst), credentials included, and how
PostgreSQL finds the rows. `--database URL` keeps the rows there for the next time; `--rows` makes fewer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from api.pieces import BY_INDEX
from bench.answer_times import TARGET_MS, Times, over_large_tables, parser, statements, timed
from bench.list_seed import DEVELOPER, KEY, PEOPLE
from extensions import db

RUNS, FEW_RUNS = 40, 4
LARGE = ("FROM contacts", "FROM deliveries", "FROM audit_entries")
NOT_INDEXED = "no index: reads on"


def queries(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, path, query string."""
    day, week = 86400, 7 * 86400
    newest = facts["newest_ts"]
    middle, middle_of_deliveries = ((newest + facts[oldest]) // 2 for oldest in ("oldest_ts", "oldest_delivery_ts"))
    for kind, then in (
        ("contacts", middle),
        ("postbackdeliveries", middle_of_deliveries),
        ("auditlogs", middle_of_deliveries),
    ):
        yield "first page", kind, {}
        yield "page 2", kind, {"page": 2}
        yield "200 a page", kind, {"page_size": 200}
        yield "deep cursor page", kind, {"page": 25_000, "cursor": facts[f"{kind}_cursor"]}
        yield "last page", kind, {"page": 50_000, "cursor": "end"}
        yield "sort id", kind, {"sort": "id"}
        yield "sort created_ts", kind, {"sort": "created_ts"}
        yield "created: a week, newest", kind, {"created_ts_from": newest - week}
        yield "created: a day, long ago", kind, {"created_ts_from": then, "created_ts_to": then + day}
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
    yield "record_id", "auditlogs", {"record_id": facts["record_id"]}
    yield "code 500", "postbackdeliveries", {"code": 500}
    yield "action, common", "auditlogs", {"action": "delete"}
    yield f"code 418 ({NOT_INDEXED})", "postbackdeliveries", {"code": 418}
    yield f"email contains, rare ({NOT_INDEXED})", "contacts", {"email": "zyxw"}
    yield f"sort city ({NOT_INDEXED})", "contacts", {"sort": "city"}


def measure(app: Flask, facts: Mapping[str, Any], people: list[str], only: str) -> None:
    """Ask each query as each of these people, and print what it took and how it was found."""
    worst = 0.0
    for name, path, query in queries(facts):
        for person in people if only in f"{path} {name}" else ():
            indexed = NOT_INDEXED not in name
            times, found, plan = _asked(app, person, f"/v2/{path}", query, RUNS if indexed else FEW_RUNS)
            worst = max(worst, times.p95 if indexed else 0.0)
            print(f"{path:<19} {name:<42} {person:<7} {times}  of {found:>9,}  {plan}", flush=True)
    print(f"worst p95 of what has an index: {worst:.1f} ms (target {TARGET_MS:.0f})")


def _asked(app: Flask, person: str, path: str, query: dict[str, Any], runs: int) -> tuple[Times, int, str]:
    """The times; the total that was told; the plans."""
    client = app.test_client()
    headers = {"developer-id": DEVELOPER, "user-id": person, "user-api-key": KEY + person}

    def ask() -> Any:
        response = client.get(path, query_string=query, headers=headers)
        assert response.status_code == 200, response.data
        return response.json

    times = timed(ask, runs)
    with statements(app) as made:
        answer = ask()
    return times, answer["meta"]["pagination"]["totalCount"], _plans(app, made.said)


def _plans(app: Flask, said: list[tuple[str, Any]]) -> str:
    """How the statements about the large tables find their rows."""
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(BY_INDEX)
        plans = [
            connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
            for statement, parameters in said
            if statement.startswith(("SELECT", "WITH")) and any(large in statement for large in LARGE)
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


def main() -> None:
    known = parser("Measures the API's lists over large tables on PostgreSQL.")
    known.add_argument("--people", default=",".join(PEOPLE), help="who asks")
    known.add_argument("--seed-only", action="store_true")
    asked = known.parse_args()
    with over_large_tables(asked) as (app, facts):
        if not asked.seed_only:
            measure(app, facts, asked.people.split(","), asked.only)


if __name__ == "__main__":
    main()
