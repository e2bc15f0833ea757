"""A worker killed in mid-drain, and the time until everything it held is sent again: `python -m bench.recovery`.

A lease outlives the deadline of an attempt by a few seconds; the deadline is 2 s here.
"""

import time
from collections.abc import Sequence

from sqlalchemy import select

from bench.command import Effort, run
from bench.figures import Report
from bench.load import add_due_backlog
from bench.processes import cpu_seconds
from bench.stage import Stage, stage, wait_for
from bench.stores import Store
from extensions import db
from models import Delivery, DeliveryState

DEADLINE = "2"
SETTLE_SECONDS = 2.0
"""After which only the dead worker's deliveries can still be under the lease that they were under before."""


def measure(store: Store, report: Report, effort: Effort) -> None:
    with stage(store, total_timeout=DEADLINE) as on:
        ids = on.add_configs(100)
        runs = [_run(on, ids, effort.of(10_000, 3_000)) for _ in range(effort.runs)]
    report.add(
        "recovery", "everything held is sent again, deadline 2 s", "s", store.name, [seconds for seconds, _ in runs]
    )
    report.add("recovery", "held by the killed worker", "deliveries", store.name, [held for _, held in runs])


def _run(on: Stage, config_ids: Sequence[str], count: int) -> tuple[float, int]:
    """Seconds from the kill to the last arrival of what the dead worker held, and how many it held."""
    on.start_workers(2 - len(on.workers))
    on.forget_arrivals()
    backlog = add_due_backlog(on, config_ids, count)
    before = {worker.pid: cpu_seconds(worker.pid) for worker in on.workers}
    wait_for(lambda: on.arrived() >= count // 4, 60, every=0.002)
    victim = max(on.workers, key=lambda worker: cpu_seconds(worker.pid) - before[worker.pid])  # it has most in hand
    on.workers.remove(victim)
    victim.kill()
    killed_ns = time.time_ns()
    under_lease = _leases(on)
    victim.wait()
    time.sleep(SETTLE_SECONDS)
    held = [id_ for id_, token in _leases(on).items() if under_lease.get(id_) == token]
    wait_for(lambda: on.arrived() >= count, 60)
    again: dict[str, int] = {}
    wait_for(lambda: again.update(_sent_after(on, killed_ns)) or again.keys() >= set(held), 60, every=0.1)
    if not held:
        raise RuntimeError(f"the worker held nothing when it was killed, {backlog.count} were due")
    return (max(again[id_] for id_ in held) - killed_ns) / 1e9, len(held)


def _leases(on: Stage) -> dict[str, str]:
    sending = select(Delivery.id, Delivery.lease_token).where(Delivery.state == DeliveryState.SENDING.value)
    with on.app.app_context(), db.engine.connect() as connection:
        return {id_: token or "" for id_, token in connection.execute(sending)}


def _sent_after(on: Stage, moment_ns: int) -> dict[str, int]:
    """What arrived after this moment, with its last arrival."""
    return {id_: times[-1] for id_, times in on.arrivals().items() if times[-1] > moment_ns}


if __name__ == "__main__":
    run([measure])
