"""Fairness: how much of the worker each config gets.

A lane is one config's share: the connections it may use at once (slots) and how much of its backlog the worker
holds ready (room). A receiver that answers quickly earns room, so that its slots never run dry between claims.
One that times out loses slots and room until it answers again, so that it cannot hold the others up.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_ROOM = 512
TIMEOUTS = frozenset({"connect_timeout", "read_timeout", "total_timeout", "tls_timeout", "dns_failed"})


@dataclass(slots=True)
class Lane(Generic[T]):
    """One config's queue and its connections, in one worker."""

    most_slots: int
    slots: int = 0
    busy: int = 0
    room: int = 0
    ready: deque[T] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.slots = self.slots or self.most_slots
        self.room = self.room or 2 * self.most_slots

    @property
    def wants(self) -> int:
        """How many more deliveries should be claimed for this lane."""
        return max(0, self.room - self.busy - len(self.ready))

    def take(self) -> T | None:
        """The next one to send, if a slot is free."""
        if not self.ready or self.busy >= self.slots:
            return None
        self.busy += 1
        return self.ready.popleft()

    def give_up_queue(self) -> list[T]:
        """What waited here too long; claim no more from now on than can be sent at once."""
        given_up = list(self.ready)
        self.ready.clear()
        self.room = self.slots
        return given_up

    def ended(self, code: str | None) -> None:
        """One attempt ended with this reason code (None: delivered); learn from it."""
        self.busy -= 1
        if code in TIMEOUTS:
            self.slots = max(1, self.slots // 2)
            self.room = self.slots
            return
        self.slots = min(self.most_slots, self.slots + 1)
        if len(self.ready) < self.slots:
            self.room = min(MOST_ROOM, max(self.room * 2, 2 * self.slots))
