"""Commit to arrival on an idle machine: `python -m bench.latency`.

Saves a contact's event a hundred times, one at a time with a pause between, and asks the receiver when each
arrived. Milliseconds from the commit's return to the arrival of the first byte's request.
"""

import statistics
import sys
import time

from bench.load import SAMPLE
from bench.stage import LOCATION, Stage, stage
from extensions import db
from jobs.queue import wake
from models import writing
from postbacks.events import record_event

SAMPLES = 100
PAUSE = 0.1


def measure(on: Stage, samples: int = SAMPLES, pause: float = PAUSE) -> list[float]:
    """Milliseconds from commit to arrival, one for each event."""
    committed = {}
    with on.app.app_context():
        for number in range(samples):
            with writing(db.session()):
                (delivery,) = record_event(
                    db.session(),
                    type_="CREATE",
                    resource="contact",
                    record_id=f"contact-{number}",
                    location_id=LOCATION,
                    data=SAMPLE,
                )
            committed[delivery.id] = time.time_ns()
            wake()
            time.sleep(pause)
    time.sleep(1)
    arrived = on.ask_receiver("arrivals")
    return [(arrived[id_] - at) / 1e6 for id_, at in committed.items()]


def report(name: str, sample: list[float]) -> str:
    ordered = sorted(sample)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    median = statistics.median(sample)
    return f"{name}: median {median:.1f} ms, p95 {p95:.1f} ms, worst {ordered[-1]:.1f} ms, {len(sample)} events"


def main() -> None:
    with stage() as on:
        on.add_configs(1)
        on.start_workers(2)
        sys.stdout.write(report("commit to arrival, idle, SQLite", measure(on)) + "\n")


if __name__ == "__main__":
    main()
