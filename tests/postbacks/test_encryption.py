"""Secrets at rest."""

import pytest
from cryptography.fernet import Fernet

from postbacks.encryption import UnreadableSecretError, Vault

OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _ in range(3))


@pytest.mark.parametrize("text", ["", "secret", "пароль \U0001f511", "x" * 10_000, "\x00\n%+ ", "whsec_AAAA"])
def test_reads_back_what_it_wrote_and_shows_none_of_it(text: str) -> None:
    token = Vault([OLD]).encrypt(text)
    assert Vault([OLD]).decrypt(token) == text
    assert len(text) < 4 or text.encode() not in token


def test_the_same_secret_looks_different_each_time() -> None:
    assert len({Vault([OLD]).encrypt("secret") for _ in range(20)}) == 20


def test_during_a_rotation_the_first_key_encrypts_and_every_key_decrypts() -> None:
    before = Vault([OLD]).encrypt("secret")
    both = Vault([NEW, OLD])
    assert both.decrypt(before) == "secret"
    assert Vault([NEW]).decrypt(both.encrypt("secret")) == "secret"


def test_after_a_rotation_the_old_key_is_not_needed_any_more() -> None:
    rotated = Vault([NEW, OLD]).rotate(Vault([OLD]).encrypt("secret"))
    assert Vault([NEW]).decrypt(rotated) == "secret"
    with pytest.raises(UnreadableSecretError):
        Vault([OLD]).decrypt(rotated)


@pytest.mark.parametrize(
    "token",
    [b"", b"garbage", b"gAAAAA==", bytes(range(200)), Vault([FOREIGN]).encrypt("secret")],
    ids=["empty", "garbage", "cut short", "binary", "under a foreign key"],
)
def test_what_no_key_opens_is_unreadable_and_the_message_says_nothing_of_it(token: bytes) -> None:
    with pytest.raises(UnreadableSecretError) as refusal:
        Vault([NEW, OLD]).decrypt(token)
    assert "secret" in str(refusal.value).lower()
    assert token.decode("latin-1") not in str(refusal.value) or not token


def test_a_changed_token_is_unreadable() -> None:
    token = bytearray(Vault([OLD]).encrypt("secret"))
    token[len(token) // 2] ^= 1
    with pytest.raises(UnreadableSecretError):
        Vault([OLD]).decrypt(bytes(token))
