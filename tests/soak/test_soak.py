"""The short cut of `make soak`: each kind of fault once."""

import pytest

from tests.soak.faults import AROUND_AN_ATTEMPT, AROUND_AN_EVENT
from tests.soak.run import soak

LEAST_FAULTS = 24
SEED = 11


@pytest.mark.timeout(240)
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_whatever_breaks_everything_acknowledged_arrives(store: str) -> None:
    made = soak(store, SEED)
    assert len(made.struck) >= LEAST_FAULTS
    assert made.reckoning.acknowledged > LEAST_FAULTS
    assert {place for place, count in made.strikes.items() if count} >= {*AROUND_AN_EVENT, *AROUND_AN_ATTEMPT}
