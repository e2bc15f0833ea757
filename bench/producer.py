"""An open loop of commits: one contact event after the other on a schedule that waits for nothing.

`python -m bench.producer RATE SECONDS LOCATION…` deals the events round to the locations. Prints a line for each
delivery: its id, its location's place in the list, the epoch nanoseconds at which its commit had returned, and how
many microseconds after its time on the schedule its transaction began. Several threads keep the schedule, so that one
commit that takes long makes no other late; on SQLite, where one writes at a time, a single one does.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from flask import Flask

from app import create_app
from bench.load import SAMPLE
from bench.stage import Stage
from extensions import db
from jobs.queue import wake
from models import writing
from postbacks.events import happened, record_events

THREADS = 8
WARM_UP = 3
LEAD_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Commit:
    """A delivery that was promised."""

    id: str
    location: int
    at_ns: int
    late_us: int


def produce(on: Stage, rate: int, seconds: float, locations: Sequence[str]) -> list[Commit]:
    """Run a producer to its end."""
    command = [sys.executable, "-m", "bench.producer", str(rate), str(seconds), *locations]
    process = on.start(command, stdout=subprocess.PIPE, text=True)
    told, _ = process.communicate(timeout=seconds + 60)
    if process.returncode:
        raise RuntimeError("the producer failed")
    return [Commit(id_, *map(int, rest)) for id_, *rest in (line.split() for line in told.splitlines())]


def main() -> None:
    rate, seconds, locations = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    app = create_app()
    with app.app_context():
        threads = 1 if db.engine.dialect.name == "sqlite" else THREADS
    schedule = Schedule(rate, int(rate * seconds), threads)
    with ThreadPoolExecutor(threads) as pool:
        told = [pool.submit(_keep_to, schedule, app, locations) for _ in range(threads)]
    sys.stdout.write("".join(line for one in told for line in one.result()))


class Schedule:
    """What the threads share: the next event's number, and when each is planned."""

    def __init__(self, rate: int, count: int, threads: int) -> None:
        self.numbers = iter(range(count))  # one thread at a time takes from it: it is made in C
        self._rate = rate
        self._start = 0.0
        self.ready = Barrier(threads, action=self._begin, timeout=30)

    def _begin(self) -> None:
        self._start = time.monotonic() + LEAD_SECONDS

    def planned(self, number: int) -> float:
        """Monotonic seconds."""
        return self._start + number / self._rate


def _keep_to(schedule: Schedule, app: Flask, locations: Sequence[str]) -> list[str]:
    told = []
    with app.app_context():
        for place in range(WARM_UP):
            _commit(locations[place % len(locations)])
        schedule.ready.wait()
        for number in schedule.numbers:
            planned, place = schedule.planned(number), number % len(locations)
            early = planned - time.monotonic()
            if early > 0:
                time.sleep(early)
            late_us = int((time.monotonic() - planned) * 1e6)
            told += [f"{id_} {place} {at_ns} {late_us}\n" for id_, at_ns in _commit(locations[place])]
    return told


def _commit(location_id: str) -> list[tuple[str, int]]:
    """Record one event. The ids of its deliveries, with the time of the commit's return."""
    session = db.session()
    with writing(session):
        one = happened(
            type_="CREATE",
            resource="contact",
            record_id="11e66c8a943ff4b2bf1b2102",
            location_id=location_id,
            data=SAMPLE,
        )
        [recorded] = record_events(session, [one])
        ids = [delivery.id for delivery in recorded.promises]
    at_ns = time.time_ns()
    wake()
    session.expunge_all()
    return [(id_, at_ns) for id_ in ids]


if __name__ == "__main__":
    main()
