"""Figures and what becomes of them: rows of measured values, medians with spread, tables, JSON."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

STORES = ("sqlite", "postgresql")
NO_STORE = ""
"""A figure that no store has a part in."""


@dataclass(slots=True)
class Row:
    """One figure: its values on each store, one of each run."""

    part: str
    name: str
    unit: str
    values: dict[str, list[float]] = field(default_factory=dict)

    def cell(self, store: str) -> str:
        """The median with the least and the most, as text."""
        values = self.values.get(store) or self.values.get(NO_STORE)
        if not values:
            return "-"
        spread = f" ({_short(min(values))} to {_short(max(values))})" if len(values) > 1 else ""
        return _short(statistics.median(values)) + spread


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target, and whether it was met."""

    store: str
    text: str
    met: bool


@dataclass(slots=True)
class Report:
    """All figures of one run of the benchmark, with the machine it ran on."""

    about: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def add(self, part: str, name: str, unit: str, store: str, values: Sequence[float]) -> None:
        """Keep a figure, and say it aloud."""
        row = self._row(part, name) or Row(part, name, unit)
        if row not in self.rows:
            self.rows.append(row)
        row.values[store] = list(values)
        print(f"  {part}: {name}, {store or 'no store'}: {row.cell(store)} {unit}", flush=True)

    def median(self, part: str, name: str, store: str) -> float | None:
        """The figure's median on this store, or of the figure that has none; None where it was not measured."""
        row = self._row(part, name)
        values = (row.values.get(store) or row.values.get(NO_STORE)) if row else None
        return statistics.median(values) if values else None

    def _row(self, part: str, name: str) -> Row | None:
        return next((row for row in self.rows if (row.part, row.name) == (part, name)), None)

    def as_json(self, verdicts: Sequence[Verdict]) -> str:
        rows = [{"part": row.part, "name": row.name, "unit": row.unit, "values": row.values} for row in self.rows]
        told = [{"store": one.store, "text": one.text, "met": one.met} for one in verdicts]
        return json.dumps({"about": self.about, "rows": rows, "verdicts": told}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        read = json.loads(text)
        return cls(read["about"], [Row(**row) for row in read["rows"]])


def percentiles(sample: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 by nearest rank."""
    ordered = sorted(sample)
    return {f"p{part}": ordered[max(0, math.ceil(len(ordered) * part / 100) - 1)] for part in (50, 95, 99)}


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
