"""The order of the tests where several testers share them.

Each tester is given an equal run of the list and takes over from others what they have not begun. So every run begins
with some of the files that start processes or a browser, which mostly wait: they go well side by side, and what is
left for the end, when testers fall idle, is short.
"""

import os
from itertools import chain, islice
from math import ceil
from pathlib import Path

import pytest

LONG = {"processes", "machine", "new_machine", "browser"}
"""Who uses one of these fixtures waits."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    testers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if testers == 1:
        return
    long: dict[Path, list[pytest.Item]] = {}
    short: list[pytest.Item] = []
    for item in items:
        waits = not LONG.isdisjoint(getattr(item, "fixturenames", ()))
        (long.setdefault(item.path, []) if waits else short).append(item)
    hands: list[list[pytest.Item]] = [[] for _ in range(testers)]
    for number, tests in enumerate(long.values()):
        hands[number % testers] += tests
    share, rest = ceil(len(items) / testers), iter(short)
    for hand in hands:
        hand.extend(islice(rest, max(0, share - len(hand))))
    items[:] = [*chain.from_iterable(hands), *rest]
