"""How a test reaches into a running product process: its wall clock, its disk, and the failpoint where it
shall come to harm.

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
DISK = struct.Struct("<?")
"""Whether there is no room left for another page."""
PLACE = struct.Struct("<BH")
"""Of each place: the harm that waits there, and how often it struck."""
DISK_AT = CLOCK.size
PLACES_AT = DISK_AT + DISK.size
SIZE = PLACES_AT + PLACE.size * len(PLACES)


class Harm(IntEnum):
    """What happens to a process that reaches the armed place."""

    NONE = 0
    KILL = 1
    FREEZE = 2
    FAIL = 3


class Control:
    """One process's; both sides map the same file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), SIZE)

    @classmethod
    def new(cls, file: Path) -> Self:
        file.write_bytes(bytes(SIZE))
        return cls(file)

    def arm(self, place: Place, harm: Harm) -> None:
        """Strike once, when this place is reached next."""
        self._write(place, harm, self.strikes(place))

    def disarm(self, *places: Place) -> None:
        for place in places or PLACES:
            self.arm(place, Harm.NONE)

    def strikes(self, *places: Place) -> int:
        """How often the process has come to harm at these places; at all of them if none is named."""
        return sum(self._read(place)[1] for place in places or PLACES)

    def reached(self, place: Place) -> Harm:
        """The process's side: what to suffer here and now."""
        harm, struck = self._read(place)
        if harm:
            self._write(place, Harm.NONE, struck + 1)
        return Harm(harm)

    def step(self, seconds: float) -> None:
        """The process's wall clock jumps, forwards or back."""
        CLOCK.pack_into(self._memory, 0, self.ahead_ns + int(seconds * 1e9))

    @property
    def ahead_ns(self) -> int:
        return int(CLOCK.unpack_from(self._memory)[0])

    def fill_disk(self, *, full: bool) -> None:
        """SQLite finds no room for another page, or some again."""
        DISK.pack_into(self._memory, DISK_AT, full)

    @property
    def disk_full(self) -> bool:
        return bool(DISK.unpack_from(self._memory, DISK_AT)[0])

    def _read(self, place: Place) -> tuple[int, int]:
        harm, struck = PLACE.unpack_from(self._memory, PLACES_AT + PLACES.index(place) * PLACE.size)
        return harm, struck

    def _write(self, place: Place, harm: Harm, struck: int) -> None:
        PLACE.pack_into(self._memory, PLACES_AT + PLACES.index(place) * PLACE.size, harm, struck)
