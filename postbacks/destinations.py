"""A config made ready to be sent to: prepared once, kept while its version stays the same."""

import binascii
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from models import PostbackConfig
from postbacks.among import among, id_list
from postbacks.encryption import UnreadableSecretError, Vault
from postbacks.masking import NO_SECRETS, Secrets, secrets_of
from postbacks.message import CONTENT_TYPE, USER_AGENT, basic_authorization
from postbacks.signing import PREFIX, key_of


@dataclass(frozen=True, slots=True)
class Destination:
    """All that an attempt needs of a config."""

    config_id: str
    version: int
    open: bool
    """False once the config is inactive or deleted: nothing more is sent."""
    url: str
    number_of_attempts: int
    attempt_interval: int
    signing_keys: tuple[bytes, ...]
    previous_key_until: int
    header_lines: tuple[str, ...]
    """The headers that are the same for every attempt."""
    secrets: Secrets = NO_SECRETS
    """What must not be stored of an answer that repeats it."""
    problem: str | None = None
    """Why nothing can be sent, where the config's secrets cannot be read."""

    def keys_at(self, now: float) -> tuple[bytes, ...]:
        """The keys to sign with: the current one, and while it is being rotated the one before."""
        return self.signing_keys if now < self.previous_key_until else self.signing_keys[:1]

    def attempts_allowed(self, granted: int) -> int:
        """The total of attempts that a delivery may come to; a person's retry may have granted more."""
        return max(self.number_of_attempts, granted)


class Destinations:
    """The destinations of one worker; asks the database only for what changed."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[str, Destination] = {}

    def of(self, connection: Connection, config_ids: Iterable[str]) -> dict[str, Destination]:
        """The destinations of these configs, as they are in the database now."""
        wanted, store = list(config_ids), connection.dialect.name
        versions = connection.execute(_versions(store), {"ids": id_list(wanted, store)})
        stale = [id_ for id_, version in versions if not self._fresh(id_, version)]
        if stale:
            table = PostbackConfig.__table__
            for row in connection.execute(select(table).where(table.c.id.in_(stale))):
                self._known[row.id] = prepare(row, self._vault)
        return {id_: self._known[id_] for id_ in wanted}

    def _fresh(self, config_id: str, version: int) -> bool:
        known = self._known.get(config_id)
        return known is not None and known.version == version


@cache
def _versions(store: str) -> Select[str, int]:
    return select(PostbackConfig.id, PostbackConfig.version).where(among(PostbackConfig.id, store))


def prepare(config: PostbackConfig | Row[*tuple[Any, ...]], vault: Vault) -> Destination:
    """Read a config row into a destination; a secret that cannot be read is a problem, not an exception."""
    try:
        signing = [vault.decrypt(config.signing_secret)]
        previous_until = config.previous_secret_until_ts or 0
        if config.previous_signing_secret and previous_until > time.time():
            with suppress(UnreadableSecretError):  # then rotating it was the way out, and only the new one signs
                signing.append(vault.decrypt(config.previous_signing_secret))
        keys = [key_of(one) for one in signing]
        secrets = [one.removeprefix(PREFIX) for one in signing]
        lines = [f"Content-Type: {CONTENT_TYPE}", f"User-Agent: {USER_AGENT}"]
        if config.basic_auth_username:
            password = vault.decrypt(config.basic_auth_password) if config.basic_auth_password else None
            authorization = basic_authorization(config.basic_auth_username, password)
            lines.append(f"Authorization: {authorization}")
            secrets += [authorization.removeprefix("Basic "), password or ""]
        problem = None
    except (UnreadableSecretError, binascii.Error) as error:
        keys, lines, secrets, previous_until, problem = [], [], [], 0, str(error)
    return Destination(
        config_id=config.id,
        version=config.version,
        open=config.is_active and config.deleted_ts is None,
        url=config.url,
        number_of_attempts=config.number_of_attempts,
        attempt_interval=config.attempt_interval,
        signing_keys=tuple(keys),
        previous_key_until=previous_until,
        header_lines=tuple(lines),
        secrets=secrets_of(secrets),
        problem=problem,
    )
