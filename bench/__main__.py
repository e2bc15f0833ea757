"""`make bench`: measure everything, print the table; `--out` keeps the figures as JSON, `QUICK=1` only tries it out."""

from bench import drain, isolation, latency, recovery, scale, yardsticks
from bench.command import run

if __name__ == "__main__":
    run([yardsticks.measure, drain.measure, latency.measure, scale.measure, isolation.measure, recovery.measure])
