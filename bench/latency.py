"""Commit to arrival at the receiver, open loop: `python -m bench.latency`.

Milliseconds from the commit's return to the arrival of the request, at several rates. How late the producer itself
was is told beside it: what it commits late is not counted against the engine.
"""

import time
from collections.abc import Sequence

from bench.command import Effort, run
from bench.figures import Report, percentiles
from bench.producer import Commit, produce
from bench.stage import LOCATION, Stage, stage
from bench.stores import Store

RATES = (50, 200, 500)
ARRIVE_SECONDS = 30.0


def measure(store: Store, report: Report, effort: Effort) -> None:
    with stage(store) as on:
        on.add_configs(1)
        on.start_workers(2)
        for rate in RATES:
            runs = [_run(on, rate, effort.of(4, 1)) for _ in range(effort.runs)]
            for name in runs[0]:
                report.add("latency", f"{rate}/s {name}", "ms", store.name, [one[name] for one in runs])


def _run(on: Stage, rate: int, seconds: int) -> dict[str, float]:
    on.forget_arrivals()
    commits = produce(on, rate, seconds, [LOCATION])
    return {**percentiles(waits_ms(on, commits)), **lateness(commits)}


def lateness(commits: Sequence[Commit]) -> dict[str, float]:
    """How many milliseconds behind its schedule the producer was."""
    late = percentiles([commit.late_us / 1000 for commit in commits])
    return {"producer late p50": late["p50"], "producer late p99": late["p99"]}


def waits_ms(on: Stage, commits: Sequence[Commit]) -> list[float]:
    """From each commit to its first arrival. Raises TimeoutError where one does not come."""
    deadline = time.monotonic() + ARRIVE_SECONDS
    while True:
        came = on.arrivals()
        missing = [commit for commit in commits if commit.id not in came]
        if not missing:
            return [max(0, came[commit.id][0] - commit.at_ns) / 1e6 for commit in commits]
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(missing)} of {len(commits)} did not arrive within {ARRIVE_SECONDS:.0f} s")
        time.sleep(0.2)


if __name__ == "__main__":
    run([measure])
