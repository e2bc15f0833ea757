"""How a test reaches into a running product process: its wall clock, and the failpoint where it shall come to harm.

A few bytes of shared memory in a file; `tests.armed` reads them on the process's side.
"""

import mmap
import struct
from enum import IntEnum
from pathlib import Path
from typing import Self

from failpoints import Place

PLACES = list(Place)
CLOCK = struct.Struct("<q")
"""Nanoseconds by which the wall clock is ahead."""
ARMED = struct.Struct("<bbhi")
"""Place; harm; times to let it pass; times it struck."""
NOWHERE = -1


class Harm(IntEnum):
    """What happens to a process that reaches the armed place."""

    KILL = 1
    FREEZE = 2
    FAIL = 3


class Control:
    """One process's; both sides map the same file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), CLOCK.size + ARMED.size)

    @classmethod
    def new(cls, file: Path) -> Self:
        file.write_bytes(CLOCK.pack(0) + ARMED.pack(NOWHERE, Harm.KILL, 0, 0))
        return cls(file)

    def arm(self, place: Place, harm: Harm, *, after: int = 0) -> None:
        """Strike once, when this place is reached; `after` it was passed so often."""
        self._write(PLACES.index(place), harm, after, self.struck)

    def disarm(self) -> None:
        self._write(NOWHERE, Harm.KILL, 0, self.struck)

    def step(self, seconds: float) -> None:
        """The process's wall clock jumps, forwards or back."""
        CLOCK.pack_into(self._memory, 0, self.ahead_ns + int(seconds * 1e9))

    @property
    def struck(self) -> int:
        """How often the process has come to harm."""
        return self._read()[3]

    @property
    def ahead_ns(self) -> int:
        return int(CLOCK.unpack_from(self._memory)[0])

    def reached(self, place: Place) -> Harm | None:
        """The process's side: what to suffer here and now."""
        armed, harm, passes, struck = self._read()
        if armed == NOWHERE or PLACES[armed] is not place:
            return None
        if passes:
            self._write(armed, harm, passes - 1, struck)
            return None
        self._write(NOWHERE, harm, 0, struck + 1)
        return Harm(harm)

    def _read(self) -> tuple[int, int, int, int]:
        place, harm, passes, struck = ARMED.unpack_from(self._memory, CLOCK.size)
        return place, harm, passes, struck

    def _write(self, *values: int) -> None:
        ARMED.pack_into(self._memory, CLOCK.size, *values)
