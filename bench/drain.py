"""Deliveries per second over a backlog, every attempt row written: `python -m bench.drain`."""

from bench.command import Effort, run
from bench.figures import Report
from bench.load import add_due_backlog, wait_until_delivered
from bench.processes import cpu_seconds
from bench.stage import Stage, stage
from bench.stores import Store

WORKERS = 2


def measure(store: Store, report: Report, effort: Effort) -> None:
    """A backlog of 20,000 to 1 and to 100 configs, from the moment all fall due to the last one's record."""
    backlog = effort.of(20_000, 1_000)
    for configs in (1, 100):
        with stage(store) as on:
            ids = on.add_configs(configs)
            on.start_workers(WORKERS)
            drained = [_drain(on, ids, backlog) for _ in range(effort.runs)]
        name = f"20,000 to {configs} config{'s' if configs > 1 else ''}"
        report.add("drain", name, "deliveries/s", store.name, [rate for rate, _ in drained])
        report.add("drain", f"{name}: receiver's share", "% of one core", store.name, [share for _, share in drained])


def _drain(on: Stage, config_ids: list[str], count: int) -> tuple[float, float]:
    on.forget_arrivals()
    backlog = add_due_backlog(on, config_ids, count)
    before = cpu_seconds(on.receiver_pid)
    seconds = (wait_until_delivered(on, backlog) - backlog.due_ms) / 1000
    return count / seconds, 100 * (cpu_seconds(on.receiver_pid) - before) / seconds


if __name__ == "__main__":
    run([measure])
