"""A short cut of the fuzzer's strings; all of them in all fields go by `make fuzz`."""

import random
import secrets
from collections.abc import Iterator

import pytest

from tests.authorization.ground import Ground
from tests.authorization.people import people_of
from tests.fuzz.naughty import faults_of_fields, faults_of_forms, is_inert
from tests.fuzz.strings import STRINGS
from tests.world import World

LEAST_STRINGS = 150


@pytest.fixture
def ground(world: World) -> Iterator[Ground]:
    made = Ground(world)
    yield made
    made.writes.close()


@pytest.fixture
def share(ground: Ground) -> float:
    return 0.004 if ground.writes.dialect == "sqlite" else 0.002


def test_there_are_many_strings() -> None:
    assert len(STRINGS) >= LEAST_STRINGS


def test_any_text_in_any_field_is_refused_by_name_or_kept_as_it_is(ground: Ground, share: float) -> None:
    seed = secrets.randbelow(100_000)
    faults = list(faults_of_fields(ground, random.Random(seed), STRINGS, share))
    assert not faults, f"seed {seed}\n" + "\n".join(faults)


def test_any_text_in_any_form_is_shown_inert(ground: Ground, share: float) -> None:
    seed, admin = secrets.randbelow(100_000), people_of(ground.world)["admin"]
    faults = list(faults_of_forms(ground, admin, random.Random(seed), STRINGS, share))
    assert not faults, f"seed {seed}\n" + "\n".join(faults)


@pytest.mark.parametrize("hostile", ["<script>1</script>", "<p onclick=x>", "<a href='javascript:1'>", "<img src=x>"])
def test_what_is_not_inert_is_noticed(hostile: str) -> None:
    assert is_inert(f"<p>&lt;script&gt;</p><a href='/x'>{hostile.replace('<', '&lt;')}</a>")
    assert not is_inert(f"<p>{hostile}</p>")
