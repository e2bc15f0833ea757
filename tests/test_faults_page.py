"""The page of faults names tests that there are."""

import re

from tests.test_house import HOUSE

NAMED = re.compile(r"`(?P<file>[\w/]+\.py)(?:::(?P<test>\w+))?`")


def test_what_shows_that_a_fault_is_borne_exists() -> None:
    named = list(NAMED.finditer((HOUSE / "docs" / "faults.md").read_text(encoding="utf-8")))
    assert len(named) > 30
    for one in named:
        file = HOUSE / ("" if one["file"] == "failpoints.py" else "tests") / one["file"]
        assert file.is_file(), one["file"]
        assert one["test"] is None or f"def {one['test']}(" in file.read_text(encoding="utf-8"), one["test"]
