"""What others' trouble costs the healthy: `python -m bench.isolation`.

A hundred receivers, each of a location of its own, at 200 events a second in turn: all well; then beside one more
config with 100,000 due; then with every tenth receiver hanging until the deadline.
"""

from collections.abc import Callable, Sequence

from bench.command import Effort, run
from bench.figures import Report, percentiles
from bench.latency import lateness, waits_ms
from bench.load import add_backlog
from bench.producer import Commit, produce
from bench.stage import Stage, stage
from bench.stores import Store
from models import now_ms

RECEIVERS = 100
RATE = 200
HANGING = 10
DEADLINE = "5"
"""Seconds that an attempt may take here."""

Chosen = Callable[[Commit], bool]


def measure(store: Store, report: Report, effort: Effort) -> None:
    names = [f"location-{number}" for number in range(RECEIVERS)]
    seconds = effort.of(5, 1)
    with stage(store, total_timeout=DEADLINE) as on:
        on.add_configs(RECEIVERS, locations=names)
        (busy,) = on.add_configs(1, path="busy")
        on.start_workers(2)
        runs = [_run(on, names, seconds) for _ in range(effort.runs)]
        _add(report, store, "alone", runs)
        runs = [_beside_backlog(on, busy, names, effort) for _ in range(effort.runs)]
        _add(report, store, "100,000 due of one, others", runs)
    with stage(store, total_timeout=DEADLINE) as on:
        on.add_configs(HANGING, path="hang", locations=names[:HANGING])
        on.add_configs(RECEIVERS - HANGING, locations=names[HANGING:])
        on.start_workers(2)
        produce(on, RATE, seconds, names)  # so that the hanging ones hang already
        runs = [_run(on, names, seconds, lambda one: one.location >= HANGING) for _ in range(effort.runs)]
        _add(report, store, "10 of 100 hang, healthy", runs)


def _add(report: Report, store: Store, what: str, runs: Sequence[dict[str, float]]) -> None:
    for name in ("p50", "p99", "producer late p99"):
        report.add("isolation", f"{what} {name}", "ms", store.name, [one[name] for one in runs])


def _run(
    on: Stage, locations: Sequence[str], seconds: float, healthy: Chosen = lambda _commit: True
) -> dict[str, float]:
    on.forget_arrivals()
    commits = [commit for commit in produce(on, RATE, seconds, locations) if healthy(commit)]
    return {**percentiles(waits_ms(on, commits)), **lateness(commits)}


def _beside_backlog(on: Stage, busy: str, locations: Sequence[str], effort: Effort) -> dict[str, float]:
    """The others' latency for as long as the backlog lasts."""
    on.forget_arrivals()
    backlog = add_backlog(on, [busy], effort.of(100_000, 5_000), now_ms(), deliveries_an_event=100)
    commits = produce(on, RATE, effort.of(5, 1), locations)
    waits = waits_ms(on, commits)
    last = max((times[0] for id_, times in on.arrivals().items() if id_.startswith(backlog.prefix)), default=0)
    beside = [wait for commit, wait in zip(commits, waits, strict=True) if commit.at_ns <= last]
    return {**percentiles(beside or waits), **lateness(commits)}


if __name__ == "__main__":
    run([measure])
