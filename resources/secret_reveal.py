"""Showing a signing secret again: to who may change the config, with the password once more, and on record."""

from extensions import db
from models import writing
from postbacks.encryption import UnreadableSecretError
from resources.access import Actor, require
from resources.audit import note
from resources.postback_configs import RESOURCE, get_postback_config, signing_secret
from resources.sign_in import prove_password
from schemas.refusals import Conflict


def reveal_secret(actor: Actor, config_id: str, password: str, address: str) -> str:
    """The config's current signing secret. Raises NotFound, Forbidden, Conflict, SignInRefused, SignInThrottled.

    Wrong passwords count like failed sign-ins: a session that was left open is no way to guess one.
    """
    config = get_postback_config(actor, config_id)
    require(db.session(), actor, "v2.postbackconfigs.put", config.location_id)
    prove_password(actor.username, password, address)
    with writing(db.session()):
        config = get_postback_config(actor, config_id)
        note(actor, "reveal_secret", RESOURCE, config.id, config.location_id)
        try:
            return signing_secret(config)
        except UnreadableSecretError as error:
            raise Conflict(str(error)) from error
