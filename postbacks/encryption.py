"""Secrets at rest: Fernet, the first key encrypts, every key decrypts (so that keys can be rotated)."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class UnreadableSecretError(Exception):
    """A stored secret was encrypted with a key that is no longer configured."""


class Vault:
    """Encrypts and decrypts short texts."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def decrypt(self, token: bytes) -> str:
        try:
            return self._fernet.decrypt(token).decode()
        except InvalidToken as error:
            raise UnreadableSecretError("This secret was stored under an encryption key that is gone.") from error

    def rotate(self, token: bytes) -> bytes:
        """The same secret under the first key. Raises UnreadableSecretError."""
        return self.encrypt(self.decrypt(token))
