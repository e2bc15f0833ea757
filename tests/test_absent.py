"""A part that cannot be had is never passed over in silence."""

import pytest

from tests.absent import absent


def test_elsewhere_it_is_a_skip_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install it"):
        absent("apt-get install it")


def test_where_ci_runs_it_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install it"):
        absent("apt-get install it")
