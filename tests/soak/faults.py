"""What goes wrong in a soak: each fault does its harm for a while and is over when it returns."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url

from failpoints import Place
from tests.control import Harm
from tests.postgres_server import connect
from tests.soak.stage import LEASE_SECONDS, Stage, is_sqlite
from tests.soak.supervised import Supervised

DAY = 86400.0
STRIKES_WITHIN = 20.0
"""How long it is waited for somebody who comes by an armed place: who was killed before has to start first."""
HOLD = 1.0
AROUND_AN_EVENT = (Place.EVENT_INSERTED, Place.COMMITTED_UNTOLD, Place.WAKE_RUNG)
AROUND_AN_ATTEMPT = (
    Place.CLAIM_WRITTEN,
    Place.TURN_COMMITTED,
    Place.IN_THE_AIR,
    Place.ANSWERED,
    Place.RECORD_WRITTEN,
)
NOW_AND_THEN = (Place.JOB_STARTED, Place.JOB_ENDED, Place.REOPENING, Place.REOPENED)
"""Passed when others have died, or every so many seconds."""

Act = Callable[[Stage, random.Random], None]


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    act: Act
    doubles: bool = False
    """Whether what is in the air may be sent again."""
    lasts: bool = False
    """Whether it may strike at any time from then on."""


@dataclass
class Struck:
    """One fault that happened, in monotonic seconds."""

    fault: Fault
    began: float
    ended: float = field(default=0.0)


def faults(stage: Stage) -> list[Fault]:
    """Every kind once; what a store cannot suffer is left out."""
    return [
        *(Fault(f"worker killed: {place}", _at(place, Harm.KILL), doubles=True) for place in AROUND_AN_ATTEMPT),
        *(Fault(f"worker killed: {place}", _later_at(place), doubles=True, lasts=True) for place in NOW_AND_THEN),
        *(Fault(f"web killed: {place}", _web_at(place)) for place in AROUND_AN_EVENT),
        Fault("worker fails: claim written", _at(Place.CLAIM_WRITTEN, Harm.FAIL), doubles=True),
        Fault("worker fails: record written", _at(Place.RECORD_WRITTEN, Harm.FAIL), doubles=True),
        Fault("worker killed", lambda on, chance: chance.choice(on.workers).kill(), doubles=True),
        Fault("all workers killed", _all_killed, doubles=True),
        Fault("worker asked to stop", lambda on, chance: chance.choice(on.workers).ask_to_stop()),
        Fault("worker frozen past its lease", _frozen, doubles=True),
        Fault("web killed", lambda on, _: on.web.kill()),
        Fault("web asked to stop", lambda on, _: on.web.ask_to_stop()),
        Fault("Redis killed", _redis_killed),
        Fault("Redis emptied", lambda on, _: on.valkey.flush()),
        Fault("Redis hung", _redis_hung),
        Fault("Redis read-only", _redis_read_only),
        Fault("Redis full", _redis_full),
        Fault("clock a day ahead", _clock(DAY)),
        Fault("clock a day behind", _clock(-DAY)),
        *(_on_sqlite() if is_sqlite(stage.engine) else _on_postgresql()),
    ]


def _on_sqlite() -> Iterator[Fault]:
    yield Fault("database locked", _sqlite_locked)
    yield Fault("disk full", _disk_full)


def _on_postgresql() -> Iterator[Fault]:
    """A full disk takes a file system of one's own, and so root: it is left to SQLite."""
    yield Fault("database hangs up", _hung_up)
    yield Fault("database takes nobody in", _cut_off)
    yield Fault("database restarted", lambda on, _: on.server.restart() if on.server else None)


def _at(place: Place, harm: Harm) -> Act:
    return lambda on, _: _strike_one(on.workers, place, harm)


def _web_at(place: Place) -> Act:
    return lambda on, _: _strike_one([on.web], place, Harm.KILL)


def _strike_one(among: list[Supervised], place: Place, harm: Harm) -> None:
    """Whoever of them comes by first."""
    before, deadline = _strikes(among, place), time.monotonic() + STRIKES_WITHIN
    for one in among:
        one.control.arm(place, harm)
    while _strikes(among, place) == before and time.monotonic() < deadline:
        time.sleep(0.01)
    for one in among:
        one.control.disarm(place)


def _strikes(among: list[Supervised], place: Place) -> int:
    return sum(one.control.strikes(place) for one in among)


def _later_at(place: Place) -> Act:
    """It strikes when it strikes; other faults go on meanwhile."""
    return lambda on, chance: chance.choice(on.workers).control.arm(place, Harm.KILL)


def _all_killed(on: Stage, _chance: random.Random) -> None:
    for one in on.workers:
        one.kill()


def _frozen(on: Stage, chance: random.Random) -> None:
    """Other faults go on meanwhile; `Stage.asleep` is waited for at the end."""
    one = chance.choice(on.workers)
    one.freeze()
    thawing = threading.Timer(LEASE_SECONDS + 1.5, one.thaw)
    on.asleep.append(thawing)
    thawing.start()


def _redis_killed(on: Stage, _chance: random.Random) -> None:
    on.valkey.kill()
    time.sleep(HOLD)
    on.valkey.start()


def _redis_hung(on: Stage, _chance: random.Random) -> None:
    on.valkey.freeze()
    time.sleep(HOLD)
    on.valkey.thaw()


def _redis_read_only(on: Stage, _chance: random.Random) -> None:
    with on.valkey.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        time.sleep(HOLD)
        client.execute_command("REPLICAOF", "NO", "ONE")


def _redis_full(on: Stage, _chance: random.Random) -> None:
    with on.valkey.client() as client:
        client.config_set("maxmemory", "1")
        time.sleep(HOLD)
        client.config_set("maxmemory", "0")


def _clock(seconds: float) -> Act:
    """It stays where it is: the next step goes from there."""

    def act(on: Stage, _chance: random.Random) -> None:
        for one in on.everybody:
            one.control.step(seconds)

    return act


def _sqlite_locked(on: Stage, _chance: random.Random) -> None:
    with closing(sqlite3.connect(str(make_url(on.engine.url).database), isolation_level=None, timeout=30)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        time.sleep(HOLD)
        holder.execute("ROLLBACK")


def _disk_full(on: Stage, _chance: random.Random) -> None:
    for one in on.everybody:
        one.control.fill_disk(full=True)
    time.sleep(HOLD)
    for one in on.everybody:
        one.control.fill_disk(full=False)


def _hung_up(on: Stage, _chance: random.Random) -> None:
    with _admin(on) as (admin, name):
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def _cut_off(on: Stage, _chance: random.Random) -> None:
    with _admin(on) as (admin, name):
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        try:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            time.sleep(HOLD)
        finally:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


@contextmanager
def _admin(on: Stage) -> Iterator[tuple[psycopg.Connection[tuple[object, ...]], str]]:
    url = make_url(on.engine.url)
    with connect(url.set(database="postgres")) as admin:
        yield admin, str(url.database)
