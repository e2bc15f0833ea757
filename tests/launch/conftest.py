"""Machines for the tests of this folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launch.machine import Machine

NewMachine = Callable[..., Machine]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One that runs and is ready, shared by the tests of a file."""
    made = Machine(tmp_path_factory.mktemp("machine") / "instance")
    try:
        yield made.start().until_ready()
    finally:
        made.end()


@pytest.fixture
def new_machine(tmp_path: Path) -> Iterator[NewMachine]:
    """A maker of machines of this test's own, in its folder unless told another."""
    made: list[Machine] = []

    def make(folder: Path | None = None, port: int | None = None, **settings: object) -> Machine:
        made.append(Machine(folder or tmp_path / "instance", port, **settings))
        return made[-1]

    try:
        yield make
    finally:
        for one in made:
            one.end()
