"""How much a pump takes in one turn: a great deal while it works off what is there, little while new events come.

A turn costs the same whether it moves ten deliveries or five hundred, so large turns are cheap; but what was committed
meanwhile waits for the next one. While the bell rings, turns are short, and nobody's backlog makes the others wait.
"""

import time
from dataclasses import dataclass
from typing import NamedTuple

HURRY_SECONDS = 0.2


class Turn(NamedTuple):
    """The bounds of one turn."""

    results: int
    """So many are worth recording at once."""
    seconds: float
    """After so long any are."""
    portion: int
    """The most that one config gets of a claim."""


SHORT = Turn(results=24, seconds=0.003, portion=24)
LONG = Turn(results=512, seconds=0.08, portion=512)


@dataclass(slots=True)
class Pace:
    """One pump's."""

    _hurried_until: float = 0.0

    def hurry(self) -> None:
        """The bell was heard while attempts were in the air."""
        self._hurried_until = time.monotonic() + HURRY_SECONDS

    @property
    def portion(self) -> int:
        """The most that one config gets of the next claim."""
        return self._turn.portion

    def enough(self, results: int, seconds: float) -> bool:
        """Whether it is time to record, with so many results after so many seconds of sending."""
        turn = self._turn
        return results >= turn.results or (results > 0 and seconds >= turn.seconds)

    @property
    def _turn(self) -> Turn:
        return SHORT if time.monotonic() < self._hurried_until else LONG
