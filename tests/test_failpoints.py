"""Failpoints: all of them are in the product, and nothing in the product can arm one."""

import ast
import timeit
from collections import Counter
from collections.abc import Iterator

import pytest

import failpoints
from failpoints import Place, failpoint
from tests.test_house import HOUSE, sources

DEAREST_NS = 2000
"""What passing one may cost on a busy test machine; on a quiet one it is less than 100."""
NOT_THE_PRODUCT = {"tests", "bench", "docs", "failpoints.py"}


def product() -> Iterator[tuple[str, ast.Module]]:
    for way in sources(".py"):
        if way.parts[0] not in NOT_THE_PRODUCT:
            yield str(way), ast.parse((HOUSE / way).read_text(encoding="utf-8"))


def test_nothing_in_the_product_can_arm_one() -> None:
    """It imports the two names that cannot, and by no other way comes near the module."""
    for way, tree in product():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "failpoints":
                assert {alias.name for alias in node.names} <= {"Place", "failpoint"}, way
            elif isinstance(node, ast.Import):
                assert "failpoints" not in {alias.name for alias in node.names}, way
            elif isinstance(node, ast.Name | ast.Attribute | ast.Constant):
                said = getattr(node, "id", getattr(node, "attr", getattr(node, "value", None)))
                assert said not in {"on_reached", "failpoints"}, way


def test_it_is_armed_by_nothing_from_outside() -> None:
    """The module knows no way in: it imports nothing that could bring one."""
    tree = ast.parse((HOUSE / "failpoints.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"collections.abc", "enum"}
    assert not any(isinstance(node, ast.Import | ast.Global) for node in ast.walk(tree))
    assert failpoints.on_reached is None


def test_every_place_is_passed_at_exactly_one_line() -> None:
    passed = Counter(
        node.args[0].attr
        for _, tree in product()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "failpoint"
        if isinstance(node.args[0], ast.Attribute)
    )
    assert passed == dict.fromkeys(Place.__members__, 1)


def test_unarmed_it_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = 20_000
    seconds = min(timeit.repeat(lambda: failpoint(Place.IN_THE_AIR), number=rounds, repeat=5))
    assert seconds / rounds * 1e9 < DEAREST_NS
    reached: list[Place] = []
    monkeypatch.setattr(failpoints, "on_reached", reached.append)
    failpoint(Place.ANSWERED)
    assert reached == [Place.ANSWERED]
