"""`make soak`: faults of every kind for some minutes on each store. Prints a table; ends with 1 if a promise broke."""

import argparse
import secrets
import sys

from tests.soak.run import soak

STORES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="for each store; each kind happens at least once")
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(100_000), help="the order of the faults")
    parser.add_argument("--without-faults", action="store_true", help="the same traffic, undisturbed")
    chosen = parser.parse_args()
    broken = 0
    for store in STORES if chosen.store == "both" else (chosen.store,):
        try:
            soak(store, chosen.seed, minutes=chosen.minutes, without_faults=chosen.without_faults, say=_say)
        except AssertionError as wrong:
            _say(f"BROKEN on {store}, seed {chosen.seed}:\n{wrong}")
            broken += 1
    return min(broken, 1)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
