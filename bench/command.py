"""Running parts of the benchmark from a command line, alone or all."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.figures import STORES, Report
from bench.machine import about
from bench.stores import Store, stores
from bench.table import table
from bench.verdicts import verdicts

Part = Callable[[Store, Report, "Effort"], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: everything, or (`QUICK=1`) just enough to see that it works."""

    quick: bool = False

    @property
    def runs(self) -> int:
        return 1 if self.quick else 3

    def of(self, full: int, quick: int) -> int:
        return quick if self.quick else full


def run(parts: Sequence[Part]) -> None:
    """Measure these parts on each store, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description="Measures the product on this machine; QUICK=1 only tries it out.")
    parser.add_argument("--out", type=Path, help="write the figures to this file as JSON")
    parser.add_argument("--store", choices=STORES, default="", help="measure on this store alone")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # whatever was started ends with it
    effort, began = Effort(quick=bool(os.environ.get("QUICK"))), time.monotonic()
    with stores(asked.store) as chosen:
        report = Report(about(chosen, effort.runs))
        for part in parts:
            for store in chosen:
                print(f"{_name(part)} on {store.name}", flush=True)
                part(store, report, effort)
    report.about["quick"] = effort.quick
    report.about["minutes"] = round((time.monotonic() - began) / 60, 1)
    found = verdicts(report)
    sys.stdout.write("\n" + table(report, found))
    if asked.out is not None:
        asked.out.write_text(report.as_json(found))


def _name(part: Part) -> str:
    """The part's module, also where that is what was started."""
    spec = sys.modules[part.__module__].__spec__
    return spec.name if spec is not None else part.__module__
