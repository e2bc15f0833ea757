"""`make bench`: measure everything, print the table; `--out` keeps the figures as JSON, `QUICK=1` only tries it out."""

from bench import drain, ingest, isolation, latency, recovery, scale, yardsticks
from bench.command import run

if __name__ == "__main__":
    parts = (yardsticks, drain, latency, ingest, scale, isolation, recovery)
    run([part.measure for part in parts])
