"""A short cut of the fuzzer's bodies; all of them go by `make fuzz`."""

import random
import secrets

from tests.authorization.ground import Ground
from tests.fuzz.bodies import faults_of_bodies
from tests.fuzz.malformed import malformed, odd
from tests.world import World

LEAST_BODIES = 300
SHARE = {"sqlite": 0.03, "postgresql": 0.01}


def test_there_are_many_bodies() -> None:
    assert len({*malformed("contact", {"last_name": "Jones"}), *odd("contact")}) >= LEAST_BODIES


def test_no_address_takes_what_is_no_json_or_not_asked_for(world: World) -> None:
    seed = secrets.randbelow(100_000)
    ground = Ground(world)
    faults = list(faults_of_bodies(ground, random.Random(seed), SHARE[ground.writes.dialect]))
    ground.writes.close()
    assert not faults, f"seed {seed}\n" + "\n".join(faults)
