"""What to do when a part that the tests need cannot be had on this machine."""

import os
from typing import NoReturn

import pytest


def absent(how_to_get_it: str) -> NoReturn:
    """A failure where CI runs, else a skip; both say how to get the part."""
    if os.environ.get("CI"):
        pytest.fail(how_to_get_it, pytrace=False)
    pytest.skip(how_to_get_it)
