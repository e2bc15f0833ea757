import time

import pytest
from argon2 import Type, extract_parameters

from resources.passwords import hash_password, verify_password


@pytest.mark.usefixtures("costly_passwords")
def test_a_guess_costs_what_rfc_9106_recommends() -> None:
    used = extract_parameters(hash_password("a guess"))
    assert used.type is Type.ID
    assert used.memory_cost >= 64 * 1024
    assert used.time_cost >= 3
    assert used.salt_len >= 16


@pytest.mark.usefixtures("costly_passwords")
def test_without_a_hash_the_same_work_is_done() -> None:
    stored = hash_password("right")
    verify_password(None, "a first guess makes the hash that is nobody's")
    assert 0.3 < work(stored) / work(None) < 3


def work(stored: str | None) -> float:
    """Seconds of processor time that a wrong guess takes: the least of three."""

    def once() -> float:
        began = time.process_time()
        assert not verify_password(stored, "wrong")
        return time.process_time() - began

    return min(once() for _ in range(3))


@pytest.mark.parametrize("password", ["pässwörd ✓ with spaces", "nul\0nul", "\ud800", "x" * 1024])
def test_a_password_is_whatever_people_type(password: str) -> None:
    stored = hash_password(password)
    assert stored.startswith("$argon2id$")
    assert verify_password(stored, password)
    assert not verify_password(stored, password + "x")


@pytest.mark.parametrize("stored", [None, "", "no hash at all", "$argon2id$v=19$m=1,t=1,p=1$"])
def test_what_is_no_hash_opens_nothing(stored: str | None) -> None:
    assert not verify_password(stored, "")
