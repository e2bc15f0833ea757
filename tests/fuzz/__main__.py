"""`make fuzz`: everything that the API must withstand, for long, on each store. Ends with 1 where it did not.

A fuzzer takes an application on an empty database and answers what it found, in words; nothing found is all well.
"""

import argparse
import secrets
import sys
from collections.abc import Callable, Mapping
from time import monotonic

from flask import Flask

from tests.fuzz import bodies, naughty
from tests.fuzz.schema import fuzz_schema
from tests.fuzz.stage import STORES, Effort, fuzzed
from tests.fuzz.tenant import new_tenant
from tests.world import new_world

EXAMPLES = 100
"""For each operation."""
CHAINS = 200
"""Each of some operations, the later ones fed from the answers of those before."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("fuzzers", nargs="*", choices=[[], *FUZZERS], help="which ones; all")
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(100_000))
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="for each operation of the schema")
    parser.add_argument("--chains", type=int, default=CHAINS, help="of linked operations of the schema")
    parser.add_argument("--share", type=float, default=1.0, help="of all strings and bodies, chosen by the seed")
    chosen = parser.parse_args()
    effort = Effort(chosen.seed, chosen.examples, chosen.chains, chosen.share)
    found = 0
    for store in STORES if chosen.store == "both" else (chosen.store,):
        for name in chosen.fuzzers or FUZZERS:
            begun = monotonic()
            with fuzzed(store) as app:
                findings = FUZZERS[name](app, effort)
            say(f"{name} on {store}, seed {chosen.seed}: {len(findings)} findings, {monotonic() - begun:.0f} s")
            for finding in findings:
                say(f"· {finding}")
            found += len(findings)
    return min(found, 1)


def schema(app: Flask, effort: Effort) -> list[str]:
    """The API against its own description."""
    with app.app_context():
        tenant = new_tenant(new_world(app))
    outcome = fuzz_schema(app, tenant, seed=effort.seed, examples=effort.examples, chains=effort.chains)
    by_phase = ", ".join(f"{phase} {count}" for phase, count in outcome.cases.items())
    say(f"{outcome.cases.total()} cases for {len(outcome.tested)} operations: {by_phase}")
    return outcome.findings


FUZZERS: Mapping[str, Callable[[Flask, Effort], list[str]]] = {
    "schema": schema,
    "naughty": naughty.run,
    "bodies": bodies.run,
}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
