"""The rows of the demo's week while they are being made up."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from models import Base, first_id_at


@dataclass
class Week:
    """The rows so far, table by table."""

    random: Random
    end_ms: int
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def id_at(self, ms: int) -> str:
        """An id as one made at that moment: later ones are larger."""
        return f"{first_id_at(ms)[:16]}{self.random.getrandbits(32):08x}"

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        """A row of this table; it may still be changed."""
        self.rows.setdefault(model, []).append(values)
        return values
