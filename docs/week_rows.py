"""The rows of the demo's week while they are being made up."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from models import Base, first_id_at, now_ms, wall_ms

UNTOUCHED_MS, SPREAD_MS = 12 * 3_600_000, 900_000


@dataclass
class Week:
    """The rows so far, table by table."""

    random: Random
    end_ms: int
    quiet_ms: int = UNTOUCHED_MS
    """How long what waits is left alone: the hosts are made up, and a worker beside it must look none of them up."""
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def id_at(self, ms: int) -> str:
        """An id as one made at that moment: later ones are larger."""
        return f"{first_id_at(ms)[:16]}{self.random.getrandbits(32):08x}"

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        """A row of this table; it may still be changed."""
        self.rows.setdefault(model, []).append(values)
        return values

    def due(self, ms: int) -> int:
        """When an attempt that was planned for then is due, on the engine's clock: not before the quiet is over."""
        soonest = self.end_ms + self.quiet_ms + self.random.randrange(SPREAD_MS)
        return max(ms, soonest) + now_ms() - wall_ms()
