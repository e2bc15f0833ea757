"""Deliveries per second over a backlog, every attempt row written: `python -m bench.drain [database url]`."""

import sys
import time

from bench.load import add_backlog, wait_until_delivered
from bench.stage import stage
from models import now_ms

BACKLOG = 20_000


def drain(database_url: str, configs: int, workers: int = 2, backlog: int = BACKLOG) -> float:
    """Deliveries per second, from the moment all fall due to the last one's record."""
    with stage(database_url) as on:
        ids = on.add_configs(configs)
        on.start_workers(workers)
        # Far enough away that the backlog is written by then; the workers idle until it falls due.
        due_ms = now_ms() + 5000 + backlog // 4
        add_backlog(on, ids, backlog, due_ms)
        late = due_ms - now_ms()
        if late < 0:
            raise RuntimeError("the backlog fell due while it was still being written")
        time.sleep(late / 1000)
        finished = wait_until_delivered(on, ids, backlog)
        return backlog / ((finished - due_ms) / 1000)


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else ""
    for configs in (1, 100):
        sys.stdout.write(f"drain of {BACKLOG} to {configs} configs: {drain(url, configs):.0f}/s\n")


if __name__ == "__main__":
    main()
