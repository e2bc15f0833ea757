"""The dependencies: everything that is asked for is locked, by hash, and from nowhere in particular."""

import re

import pytest

from tests.processes import HOUSE

LOCKED = re.compile(r"^(?P<name>[a-z0-9._-]+)(?:\[[a-z,]+\])?==(?P<version>[^\s;]+)(?: ;[^\\]+)? \\$")


def names(text: str) -> set[str]:
    asked = (re.match(r"[A-Za-z0-9._-]+", line) for line in text.splitlines() if line and line[0] not in "#-")
    return {found[0].lower().replace("_", "-") for found in asked if found}


@pytest.mark.parametrize("lock", ["requirements", "requirements-dev"])
def test_every_dependency_is_pinned_and_hashed(lock: str) -> None:
    lines = (HOUSE / f"{lock}.txt").read_text().splitlines()
    packages = [number for number, line in enumerate(lines) if line and line[0] not in " #"]
    assert packages
    for number in packages:
        assert LOCKED.match(lines[number]), lines[number]
        assert lines[number + 1].strip().startswith("--hash=sha256:"), lines[number]


@pytest.mark.parametrize("lock", ["requirements", "requirements-dev"])
def test_lock_names_no_index_and_no_place_of_one_machine(lock: str) -> None:
    text = (HOUSE / f"{lock}.txt").read_text()
    assert not re.search(r"https?:|file:|--index|--extra-index|--find-links|--trusted-host|@ |=/", text)


@pytest.mark.parametrize("lock", ["requirements", "requirements-dev"])
def test_what_is_asked_for_is_locked(lock: str) -> None:
    asked = names((HOUSE / f"{lock}.in").read_text())
    assert asked <= names((HOUSE / f"{lock}.txt").read_text())
