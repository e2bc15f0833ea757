"""What every table shares: the declarative base, ids and clocks."""

import os
import time
from threading import Lock
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, MetaData, String
from sqlalchemy.orm import DeclarativeBase

ID_LENGTH = 36
TICKS_BEFORE_EPOCH = 0x01B21DD213814000
"""UUIDv1 counts in 100 ns since 15 October 1582."""
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = String(ID_LENGTH)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger, dict[str, Any]: JSON, list[Any]: JSON}


ID_SLACK_MS = 600_000
"""How far an id and its row's time of creation may lie apart: ids go on ascending over a step back of the clock that is
no longer than this, and follow the clock after a longer one. So ids bound a search by time, and the row's own decides.
"""
_VERSION = 0x1 << 60
_VARIANT = 0x8000_0000
_last_ticks = 0
_ticking = Lock()


def new_id() -> str:
    """A new id: 24 hex digits that sort by the time of their making."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """New ids in ascending order, for many rows at once.

    A UUIDv1 re-ordered: time_hi_and_version 4 · time_mid 4 · time_low 8 · clock_seq 4 · node 4. No two of a process
    share a time, unless its clock was set far back; clock sequence and node are random, so that ids differ all the
    same, also those of several processes, and tell nothing of the machine.
    """
    global _last_ticks  # noqa: PLW0603 - the clock of this process
    with _ticking:
        now = time.time_ns() // 100 + TICKS_BEFORE_EPOCH
        first = max(now, _last_ticks + 1) if _last_ticks - now <= ID_SLACK_MS * 10_000 else now
        _last_ticks = first + count - 1
    noise = memoryview(os.urandom(4 * count)).cast("I")
    return [
        f"{_VERSION | ticks:016x}{_VARIANT | random & 0x3FFF_FFFF:08x}" for ticks, random in enumerate(noise, first)
    ]


def first_id_at(ms: int) -> str:
    """The smallest id that `new_id` could have made at this moment (epoch milliseconds): a bound for ranges by age."""
    ticks = ms * 10_000 + TICKS_BEFORE_EPOCH
    return f"{0x1000 | ticks >> 48:04x}{ticks >> 32 & 0xFFFF:04x}{ticks & 0xFFFFFFFF:08x}{0:08x}"


# Counts on through a suspend where the system has such a clock, and no step of the wall clock moves it.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady_ms() -> int:
    """Milliseconds since this machine's start, as near as it can tell."""
    return time.clock_gettime_ns(_STEADY) // 1_000_000


def wall_ms() -> int:
    """Now, in epoch milliseconds (UTC), by the clock on the wall: for what people and receivers are told."""
    return time.time_ns() // 1_000_000


def now_ts() -> int:
    """Now, in whole epoch seconds (UTC), by the clock on the wall."""
    return int(time.time())


_offset_ms = wall_ms() - steady_ms()


def now_ms() -> int:
    """Now, in epoch milliseconds (UTC), by the clock that things are scheduled with: no step moves it."""
    return time.clock_gettime_ns(_STEADY) // 1_000_000 + _offset_ms


def anchor_clock(offset_ms: int) -> None:
    """From now on `now_ms` is `steady_ms` plus this; every process of one machine takes the same."""
    global _offset_ms  # noqa: PLW0603 - a process has one clock
    _offset_ms = offset_ms


def told_ms(scheduled_ms: int) -> int:
    """A scheduled moment as the clock on the wall will show it."""
    ahead = round((wall_ms() - now_ms()) / 1000) * 1000  # whole seconds: two looks tell the same
    return scheduled_ms + ahead
