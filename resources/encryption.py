"""Moving what is stored encrypted under the first of the configured keys, so that the older ones can be retired."""

from sqlalchemy import select

from extensions import db, settings
from models import PostbackConfig, writing
from postbacks.encryption import Vault
from resources.access import command_actor
from resources.audit import note

COLUMNS = ("basic_auth_password", "signing_secret", "previous_signing_secret")
BATCH = 200


def rotate_secrets() -> int:
    """Encrypt every stored secret anew with the first key; returns how many.

    Safe to repeat and to interrupt. Raises UnreadableSecretError where one was stored under a key that is no
    longer configured; what came before it is done.
    """
    vault = Vault(settings().fernet_keys)
    done, after = 0, ""
    while ids := _next_ids(after):
        done += _rotate(ids, vault)
        after = ids[-1]
    with writing(db.session()):
        note(command_actor(db.session()), "rotate_encryption", "deployment", "secrets", after={"secrets": done})
    return done


def _next_ids(after: str) -> list[str]:
    wanted = select(PostbackConfig.id).where(PostbackConfig.id > after).order_by(PostbackConfig.id).limit(BATCH)
    return list(db.session.scalars(wanted))


def _rotate(ids: list[str], vault: Vault) -> int:
    done = 0
    with writing(db.session()):
        for config in db.session.scalars(select(PostbackConfig).where(PostbackConfig.id.in_(ids))):
            for column in COLUMNS:
                stored = getattr(config, column)
                if stored is not None:
                    setattr(config, column, vault.rotate(stored))
                    done += 1
    return done
