"""What passwords cost in tests: next to nothing, unless the cost is what a test is about."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from resources import passwords

IN_EARNEST = passwords._hasher
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def _use(monkeypatch: pytest.MonkeyPatch, hasher: PasswordHasher) -> None:
    monkeypatch.setattr(passwords, "_hasher", hasher)
    passwords._nobodys_hash.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The same algorithm under the smallest parameters: the product's own take a core's fifth of a second each."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _use(monkeypatch, CHEAP)
        yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product's own parameters."""
    _use(monkeypatch, IN_EARNEST)
    yield
    passwords._nobodys_hash.cache_clear()
