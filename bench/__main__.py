"""`make bench`: prints the figures, and keeps them as JSON where `--out` says.

Latency on an idle machine and draining a backlog, on SQLite, and on PostgreSQL where POSTBACK_BENCH_DATABASE_URL
names an empty database of your own.
"""

import argparse
import json
import os
import statistics
import sys
from pathlib import Path

from bench.drain import BACKLOG, drain
from bench.latency import measure, report
from bench.stage import stage

RUNS = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--out", type=Path, help="write the figures to this file as JSON")
    out = parser.parse_args().out
    figures: dict[str, list[float]] = {}
    given = os.environ.get("POSTBACK_BENCH_DATABASE_URL")
    with stage() as on:
        on.add_configs(1)
        on.start_workers(2)
        sample = measure(on)
    figures["latency_ms, idle, sqlite"] = sample
    sys.stdout.write(report("commit to arrival, idle, sqlite", sample) + "\n")
    for store, url in {"sqlite": "", **({"postgresql": given} if given else {})}.items():
        for configs in (1, 100):
            rates = [drain(url, configs) for _ in range(RUNS if store == "sqlite" else 1)]
            figures[f"drain_per_s, {configs} configs, {store}"] = rates
            spread = f"{min(rates):.0f} to {max(rates):.0f}, {len(rates)} runs"
            median = statistics.median(rates)
            sys.stdout.write(f"drain of {BACKLOG} to {configs} configs, {store}: {median:.0f}/s ({spread})\n")
            sys.stdout.flush()
    if out is not None:
        out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
