"""The house rules that no linter knows."""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
LONGEST_FILE = 250
LONGEST_FUNCTION = 50
NAMELESS = {"utils", "util", "helpers", "helper", "common", "core", "services", "manager", "misc"}
NOT_OURS = {"vendor", "versions", "instance", "__pycache__", "corpora"}
READ_THE_ENVIRONMENT = {"config.py", "tests", "bench", "docs", "launch"}
"""Settings are `config.py`'s; the others pass an environment on to processes that they start."""
VENDORED = re.compile(r"^\| `(?P<file>[^`]+)` \|.*\| `(?P<digest>[0-9a-f]{64})` \|$", re.MULTILINE)


def sources(*suffixes: str) -> Iterator[Path]:
    """Our own files, by the way from the top of the house."""
    for entry in sorted(HOUSE.iterdir()):
        if entry.name.startswith(".") or entry.name in NOT_OURS:
            continue
        for path in [entry] if entry.is_file() else sorted(entry.rglob("*")):
            way = path.relative_to(HOUSE)
            if path.suffix in suffixes and not NOT_OURS & set(way.parts):
                yield way


def lines_of(way: Path) -> int:
    return len((HOUSE / way).read_text(encoding="utf-8").splitlines())


def functions() -> Iterator[tuple[str, int]]:
    for way in sources(".py"):
        for node in ast.walk(ast.parse((HOUSE / way).read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{way}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_is_something_to_look_at() -> None:
    found = {str(way) for way in sources(".py", ".html", ".js", ".css")}
    assert {"app.py", "postbacks/pump.py", "tests/test_house.py", "templates/base.html", "static/console.js"} <= found


def test_files_are_short() -> None:
    long = {str(way): lines_of(way) for way in sources(".py", ".html", ".js", ".css")}
    assert {way: lines for way, lines in long.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    assert {name: lines for name, lines in functions() if lines > LONGEST_FUNCTION} == {}


def test_every_file_has_found_its_name() -> None:
    assert [str(way) for way in sources(".py", ".html", ".js", ".css") if NAMELESS & {way.stem, *way.parts}] == []


def test_only_the_settings_read_the_environment() -> None:
    reading = re.compile(r"\bos\.(environ|getenv)\b|\bfrom os import .*(environ|getenv)")
    found = [way for way in sources(".py") if reading.search((HOUSE / way).read_text(encoding="utf-8"))]
    assert [str(way) for way in found if way.parts[0] not in READ_THE_ENVIRONMENT] == []


def test_vendored_files_are_as_published() -> None:
    folder = HOUSE / "static" / "vendor"
    listed = {match["file"]: match["digest"] for match in VENDORED.finditer((folder / "README.md").read_text())}
    assert listed == {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in listed}
    present = {path for place in (folder, HOUSE / "tests" / "vendor") for path in place.glob("*.min.*")}
    assert {(folder / file).resolve() for file in listed} == present


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_installs_the_same_everywhere(name: str) -> None:
    text = (HOUSE / name).read_text()
    pinned = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert pinned
    assert [line for line in pinned if not re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ .*\\$", line)] == []
    assert len(re.findall(r"^    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) >= len(pinned)
    assert not re.search(r"--(extra-)?index-url|--find-links|file:|://|(^|\s)/\w", text)
