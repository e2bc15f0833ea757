"""One soak: traffic all the time, faults in random order, then quiet, then the reckoning."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from failpoints import Place
from tests.soak.faults import Fault, Struck, faults
from tests.soak.reconcile import Log, Reckoning, reckon
from tests.soak.stage import Stage, stage
from tests.soak.traffic import Traffic

CALM_SECONDS = 2.0
BETWEEN = (0.1, 0.4)
QUIET_WITHIN = 90.0
"""Seconds after the last fault by which everything is final: dead workers' leases, then retries."""

Say = Callable[[str], None]


@dataclass
class Soak:
    """What happened and what came of it."""

    store: str
    seed: int
    struck: list[Struck] = field(default_factory=list)
    reckoning: Reckoning = field(default_factory=Reckoning)
    slowest_answer: float = 0.0
    refused: int = 0
    deaths: int = 0
    strikes: dict[Place, int] = field(default_factory=dict)
    """How often a process came to harm at a failpoint."""
    settled_after: float = 0.0
    seconds: float = 0.0

    def table(self) -> str:
        made, kinds = self.reckoning, Counter(one.fault.name for one in self.struck)
        lines = [f"{self.store}, seed {self.seed}: {len(self.struck)} faults, {self.deaths} processes started again"]
        lines += [f"  {count:4} times {name}" for name, count in sorted(kinds.items())]
        lines += ["  struck at " + ", ".join(f"{place} {count}" for place, count in self.strikes.items())]
        facts = {
            "events acknowledged": made.acknowledged,
            "events refused": self.refused,
            "events in doubt": made.in_doubt,
            "arrivals": made.arrivals,
            "lost": len(made.lost),
            "unexpected": len(made.unexpected),
            "altered": len(made.altered),
            "duplicates explained": made.duplicates_explained,
            "duplicates unexplained": len(made.duplicates_unexplained),
            "parked": made.parked,
            "worst delay, s": f"{made.worst_delay:.1f}",
            "slowest answer, s": f"{self.slowest_answer:.2f}",
            "last fault to quiet, s": f"{self.settled_after:.1f}",
            "all in all, s": f"{self.seconds:.0f}",
        }
        lines += [f"  {name:24} {value}" for name, value in facts.items()]
        return "\n".join(lines)


def soak(store: str, seed: int, *, minutes: float = 0.0, without_faults: bool = False, say: Say = print) -> Soak:
    """Run every fault once, and on until the minutes are over. Raises AssertionError with the ids of what is wrong."""
    with tempfile.TemporaryDirectory(prefix="postbacks-soak-") as folder, stage(store, Path(folder)) as on:
        made, traffic, began = Soak(store, seed), Traffic(on.client), time.monotonic()
        _until_it_delivers(on, traffic)
        traffic.start()
        time.sleep(CALM_SECONDS)
        assert_nothing_twice(on)
        try:
            if without_faults:
                time.sleep(minutes * 60)
                assert_nothing_twice(on)
            else:
                _harm(on, made, random.Random(seed), minutes * 60, say)
        finally:
            traffic.stop()
        _until_quiet(on, made)
        made.strikes = {place: sum(one.control.strikes(place) for one in on.everybody) for place in Place}
        made.deaths = sum(one.deaths for one in on.everybody)
        made.slowest_answer = max(one.seconds for one in traffic.answers.values())
        made.refused = sum(one.id is None for one in traffic.answers.values())
        made.seconds = time.monotonic() - began
        made.reckoning = reckon(on, traffic, made.struck)
        say(made.table())
        assert not made.reckoning.wrong, f"{made.table()}\n{made.reckoning.wrong}"
        return made


def assert_nothing_twice(on: Stage) -> None:
    """What holds as long as nothing went wrong."""
    posts = Counter((one.webhook_id, one.number) for one in on.receiver.requests())
    interrupted = [key for key, states in Log.read(on.engine).attempts.items() if states["interrupted"]]
    assert posts, "nothing arrived"
    assert not interrupted, f"interrupted without a fault: {interrupted}"
    again = [key for key, count in posts.items() if count > 1]
    assert not again, f"sent twice without a fault: {again}"


def _harm(on: Stage, made: Soak, chance: random.Random, seconds: float, say: Say) -> None:
    deadline, first = time.monotonic() + seconds, True
    while first or time.monotonic() < deadline:
        first = False
        kinds: list[Fault] = faults(on)
        chance.shuffle(kinds)
        for fault in kinds:
            one = Struck(fault, time.monotonic())
            fault.act(on, chance)
            one.ended = time.monotonic()
            made.struck.append(one)
            say(f"{fault.name} ({one.ended - one.began:.1f} s)")
            time.sleep(chance.uniform(*BETWEEN))


def _until_it_delivers(on: Stage, traffic: Traffic) -> None:
    deadline, tries = time.monotonic() + 60, 0
    while traffic.create(f"Before everything {tries}").id is None:
        assert time.monotonic() < deadline, on.web.log
        time.sleep(0.2)
        tries += 1
    traffic.answers = {
        name: replace(made, seconds=0.0) for name, made in traffic.answers.items() if made.id is not None
    }
    on.receiver.wait_for(3, within=60)


def _until_quiet(on: Stage, made: Soak) -> None:
    """Everything is final, and stays so: nobody is left who could send."""
    for thawing in on.asleep:
        thawing.join()
    began = time.monotonic()
    while Log.read(on.engine).open:
        assert time.monotonic() - began < QUIET_WITHIN, f"not quiet: {made.table()}\n{_open(on)}"
        time.sleep(0.2)
    made.settled_after = time.monotonic() - began
    on.receiver.stays_at(len(on.receiver.requests()), during=1.0)


def _open(on: Stage) -> str:
    rows = Log.read(on.engine).deliveries.items()
    return "\n".join(f"{id_} {row}" for id_, row in rows if row[1] in {"waiting", "sending"})[:4000]
