import pytest

from resources.passwords import hash_password, verify_password


@pytest.mark.parametrize("password", ["pässwörd ✓ with spaces", "nul\0nul", "\ud800", "x" * 1024])
def test_a_password_is_whatever_people_type(password: str) -> None:
    stored = hash_password(password)
    assert stored.startswith("$argon2id$")
    assert verify_password(stored, password)
    assert not verify_password(stored, password + "x")


@pytest.mark.parametrize("stored", [None, "", "no hash at all", "$argon2id$v=19$m=1,t=1,p=1$"])
def test_what_is_no_hash_opens_nothing(stored: str | None) -> None:
    assert not verify_password(stored, "")
