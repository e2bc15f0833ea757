"""A short cut of the fuzzer's bodies; all of them go by `make fuzz`."""

import random
import secrets

from tests.authorization.ground import Ground
from tests.fuzz.bodies import faults_of_bodies
from tests.fuzz.malformed import malformed, odd
from tests.world import World

LEAST_BODIES = 300


def test_there_are_many_bodies() -> None:
    assert len({*malformed("contact", {"last_name": "Jones"}), *odd("contact")}) >= LEAST_BODIES


def test_no_address_takes_what_is_no_json_or_not_asked_for(world: World) -> None:
    seed = secrets.randbelow(100_000)
    ground = Ground(world)
    share = 0.05 if ground.watch.dialect.name == "sqlite" else 0.01  # counting all rows takes longer than the calls
    faults = list(faults_of_bodies(ground, random.Random(seed), share))
    ground.watch.close()
    assert not faults, f"seed {seed}\n" + "\n".join(faults)
