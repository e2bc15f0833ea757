"""Hostile query strings at every list: answered, or refused by name."""

import random
import secrets

from tests.authorization.ground import Ground
from tests.authorization.table import API
from tests.fuzz.strings import STRINGS
from tests.world import World

PARAMETERS = (
    "page",
    "page_size",
    "sort",
    "expand",
    "cursor",
    "_format",
    "created_ts",
    "created_ts_from",
    "modified_ts",
)
SHARE = 0.001
LONG = "a" * 2_000
OVERSIZE = [
    *("page=" + "9" * 400, "page_size=201", "page=0", "page=-1", "sort=" + ",".join(["id"] * 500), "id=" + LONG),
    *(
        "id=" + ",".join(["a"] * 201),
        "&".join(f"k{number}=1" for number in range(2_000)),
        f"{LONG}=1",
        "id=%ff",
        "%ff=1",
    ),
    *("created_ts=1|2|3", "id=a&id=b", "&&&", "=", "%", "?", "id[]=1", "created_ts=" + "9" * 30),
]


def test_no_query_breaks_a_list(world: World) -> None:
    seed, ground, api = secrets.randbelow(100_000), Ground(world), world.api()
    rng, faults = random.Random(seed), []
    for name, expected in API.items():
        if expected.lists and name.startswith("GET "):
            ground.fresh(expected.lists, "own")
            path, known = f"/v2/{name.split('.')[1]}", [*PARAMETERS, *_columns(api.get(expected.lists).get_json())]
            queries = [f"{one}={_percent(text)}" for one in known for text in STRINGS if rng.random() < SHARE]
            for query in [*queries, *rng.sample(OVERSIZE, 6)]:
                answer = api.client.get(f"{path}?{query}", headers=api.headers)
                if answer.status_code not in {200, 422}:
                    faults.append(f"{path}?{query[:100]}: {answer.status_code}: {answer.text[:200]}")
    ground.writes.close()
    assert not faults, f"seed {seed}\n" + "\n".join(faults)


def _columns(answer: dict[str, list[dict[str, object]]]) -> list[str]:
    """The names in the first record listed."""
    return [name for name in next(iter(answer.values()))[0] if name != "_links"]


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text[:1_500].encode("utf-8", "surrogatepass"))
