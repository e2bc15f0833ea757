"""The short cut of `make fuzz`: the API against its own description."""

import pytest
from flask import Flask

from tests.fuzz.schema import fuzz_schema
from tests.fuzz.tenant import new_tenant
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

SEED = 11
EXAMPLES = 2


def test_the_description_is_true(app: Flask, world: World) -> None:
    phases = ["examples", "fuzzing", "stateful"]
    outcome = fuzz_schema(app, new_tenant(world), seed=SEED, examples=EXAMPLES, chains=EXAMPLES, phases=phases)
    assert outcome.findings == []
    told = app.test_client().get("/openapi.json").get_json()["paths"]
    assert len(outcome.tested) == sum(len(methods) for methods in told.values())
    assert outcome.cases.total() > len(outcome.tested)
