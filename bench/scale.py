"""What a delivery costs while 10 thousand, 100 thousand and 1 million others wait: `python -m bench.scale`.

First the others are due in a month, and slices of 10,000 fall due and are drained. Then all of the million are due
at once, and the first 60,000 are drained. One event tells 100 configs. Cost is processor time of the workers and of
PostgreSQL; of a server that is not ours only the workers' is known.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, update

from bench.command import Effort, run
from bench.figures import Report
from bench.load import FAR_AWAY_MS, add_backlog, add_due_backlog, tidy, wait_until_delivered
from bench.stage import Stage, stage, wait_for
from bench.stores import Store
from extensions import db
from models import WRITES, Delivery, DeliveryState, now_ms
from postbacks.due import due
from postbacks.held import Held

CONFIGS = 100
WARM = 1000
"""Deliveries after which newly started workers count as warm."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a number of deliveries took."""

    cpu_us: float
    rate: float

    @classmethod
    def of(cls, count: int, cpu_seconds: float, seconds: float) -> "Cost":
        return cls(cpu_seconds / count * 1e6, count / seconds)


def measure(store: Store, report: Report, effort: Effort) -> None:
    with stage(store) as on:
        ids, waiting = on.add_configs(CONFIGS), 0
        on.start_workers(2)
        _slice(on, ids, WARM)
        for size in (10_000, 100_000, 1_000_000):
            count, began = effort.of(size, size // 100), time.monotonic()
            add_backlog(on, ids, count - waiting, now_ms() + FAR_AWAY_MS, CONFIGS)
            waiting, seconds = count, time.monotonic() - began
            tidy(on)
            costs = [_slice(on, ids, effort.of(10_000, 1_000)) for _ in range(effort.runs)]
            _add(report, store, f"{size:,} waiting", costs)
            report.add("scale", f"due query, {size:,} waiting", "ms", store.name, _due_query_ms(on, effort.runs))
            memory = [on.worker_memory_mb()]
            report.add("scale", f"worker's peak memory, {size:,} waiting", "MB", store.name, memory)
        report.add("scale", "inserting the last 900,000", "s", store.name, [seconds])
        _measure_all_due(on, report, effort)


def _measure_all_due(on: Stage, report: Report, effort: Effort) -> None:
    on.stop_workers()
    _make_all_due(on)
    tidy(on)
    report.add("scale", "due query, 1,000,000 due", "ms", on.store.name, _due_query_ms(on, effort.runs))
    on.forget_arrivals()
    on.start_workers(2)
    piece = effort.of(20_000, 1_000)
    costs = [_next(on, WARM + number * piece, piece) for number in range(effort.runs)]
    _add(report, on.store, "1,000,000 due", costs)
    memory = [on.worker_memory_mb()]
    report.add("scale", "worker's peak memory, 1,000,000 due", "MB", on.store.name, memory)


def _add(report: Report, store: Store, what: str, costs: list[Cost]) -> None:
    report.add("scale", f"CPU a delivery, {what}", "µs", store.name, [cost.cpu_us for cost in costs])
    report.add("scale", f"drain, {what}", "deliveries/s", store.name, [cost.rate for cost in costs])


def _slice(on: Stage, config_ids: list[str], count: int) -> Cost:
    """Drain a backlog of its own beside all that waits."""
    on.forget_arrivals()
    backlog = add_due_backlog(on, config_ids, count, CONFIGS)
    before = on.cpu_seconds()
    wait_for(lambda: on.arrived() >= count, 120, every=0.02)
    spent = on.cpu_seconds() - before
    return Cost.of(count, spent, (wait_until_delivered(on, backlog) - backlog.due_ms) / 1000)


def _next(on: Stage, first: int, count: int) -> Cost:
    """What it takes from the `first` arrival on until `count` more came."""
    wait_for(lambda: on.arrived() >= first, 120, every=0.01)
    before, began, already = on.cpu_seconds(), time.monotonic(), on.arrived()
    wait_for(lambda: on.arrived() >= already + count, 120, every=0.01)
    return Cost.of(on.arrived() - already, on.cpu_seconds() - before, time.monotonic() - began)


def _make_all_due(on: Stage) -> None:
    waiting = Delivery.state == DeliveryState.WAITING.value
    with on.app.app_context(), db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(update(Delivery).where(waiting).values(next_attempt_ms=now_ms()))


def _due_query_ms(on: Stage, runs: int) -> list[float]:
    """The time of the engine's own query for what is due; nothing is taken."""
    with on.app.app_context(), db.engine.connect().execution_options(**WRITES) as connection:
        return [
            _explained_ms(connection) if on.store.name == "postgresql" else _timed_ms(connection) for _ in range(runs)
        ]


def _timed_ms(connection: Connection) -> float:
    began = time.perf_counter()
    _ask_for_due(connection)
    return (time.perf_counter() - began) * 1000


def _explained_ms(connection: Connection) -> float:
    """The sum of what EXPLAIN ANALYZE says of each statement that the query comes to."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    _listening(connection, note, lambda: _ask_for_due(connection))
    total = 0.0
    for statement, parameters in asked:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
        total += plan[0]["Planning Time"] + plan[0]["Execution Time"]
    connection.rollback()
    return total


def _listening(connection: Connection, note: Callable[..., None], do: Callable[[], None]) -> None:
    event.listen(connection, "before_cursor_execute", note)
    try:
        do()
    finally:
        event.remove(connection, "before_cursor_execute", note)


def _ask_for_due(connection: Connection) -> None:
    due(connection, now_ms(), Held(8), None)
    connection.rollback()


if __name__ == "__main__":
    run([measure])
