"""What a pump holds: the deliveries that it claimed, in their configs' lanes, queued or in the air.

Bounded in number and in bytes, so that a worker's memory is the same at any backlog.
"""

from collections.abc import Iterable, Iterator

from postbacks.due import Most
from postbacks.flight import Flight
from postbacks.lanes import Lane

MOST_HELD = 4000
MOST_HELD_BYTES = 32 * 1024 * 1024


class Held:
    def __init__(self, connections_per_config: int) -> None:
        self._slots = connections_per_config
        self.portion = MOST_HELD
        """The most that one config gets of a claim."""
        self._lanes: dict[str, Lane[Flight]] = {}
        self._queued: dict[str, Lane[Flight]] = {}
        """The lanes in which something waits for a slot."""
        self._count = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._count

    def room(self, config_id: str) -> int:
        """How many more deliveries of this config should be claimed."""
        return min(self.portion, self._lane(config_id).wants)

    def full(self) -> list[str]:
        """The configs that have no room for more."""
        return [config_id for config_id, lane in self._lanes.items() if not lane.wants]

    def place(self) -> Most:
        """How much more may be held in all."""
        return Most(max(0, MOST_HELD - self._count), max(0, MOST_HELD_BYTES - self._bytes))

    def add(self, flights: Iterable[Flight]) -> None:
        for flight in flights:
            config_id = flight.claimed.config_id
            lane = self._queued[config_id] = self._lane(config_id)
            lane.ready.append(flight)
            self._counted(flight, 1)

    def startable(self, most: int) -> Iterator[Flight]:
        """At most so many that have a slot now, lane by lane; each of them has taken it."""
        for config_id, lane in list(self._queued.items()):
            while most > 0 and (flight := lane.take()):
                most -= 1
                yield flight
            if not lane.ready:
                self._queued.pop(config_id, None)

    def ended(self, flight: Flight, code: str | None) -> None:
        """An attempt ended with this reason code (None: delivered)."""
        self._lane(flight.claimed.config_id).ended(code)
        self._counted(flight, -1)

    def overdue(self, oldest: float) -> list[Flight]:
        """What waits in lanes whose first was claimed before this monotonic time; it is held no more."""
        return self._given_up([lane for lane in self._queued.values() if lane.ready[0].queued_at < oldest])

    def all_queued(self) -> list[Flight]:
        """Everything that is not in the air; it is held no more."""
        return self._given_up(list(self._queued.values()))

    def _given_up(self, lanes: Iterable[Lane[Flight]]) -> list[Flight]:
        flights = [flight for lane in lanes for flight in lane.give_up_queue()]
        for flight in flights:
            self._counted(flight, -1)
            self._queued.pop(flight.claimed.config_id, None)
        return flights

    def _counted(self, flight: Flight, count: int) -> None:
        self._count += count
        self._bytes += count * flight.claimed.payload_bytes

    def _lane(self, config_id: str) -> Lane[Flight]:
        lane = self._lanes.get(config_id)
        if lane is None:
            lane = self._lanes[config_id] = Lane(self._slots)
        return lane
