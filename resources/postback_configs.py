"""The verbs of postback configs. Every change counts the version up, by which senders know what they hold is stale."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Select, select

from extensions import db, settings
from models import PostbackConfig, ProductTransaction, new_id, now_ts, writing
from postbacks.encryption import Vault
from postbacks.events import cancel_waiting
from postbacks.signing import new_secret
from postbacks.targets import TargetRefusedError, TargetRules, check_url
from resources.access import Actor, in_sight, require, require_somewhere
from resources.audit import note
from resources.deliveries import postback_logs_of_config, stats_of_config
from resources.locations import hold_location, require_given_location
from resources.product_transactions import hold_product_transaction
from schemas.postback_config import CONFIG_FIELDS, ConfigRules, PostbackConfigInput, config_shape, config_values
from schemas.refusals import Gone, Invalid, NotFound
from schemas.rules import is_id
from schemas.validation import validated

ROTATION_SECONDS = 24 * 60 * 60
"""How long the secret before the current one still signs as well."""
HINT_LENGTH = 4
RESOURCE = "postbackconfig"


def postback_configs_in_sight(actor: Actor) -> Select[PostbackConfig]:
    """The configs in sight. Raises Forbidden where the actor may read none."""
    require_somewhere(actor, "v2.postbackconfigs.get")
    return select(PostbackConfig).where(
        in_sight(db.session(), actor, PostbackConfig.location_id), PostbackConfig.deleted_ts.is_(None)
    )


def get_postback_config(actor: Actor, config_id: str) -> PostbackConfig:
    """One config. Raises NotFound, Forbidden."""
    config = _config_for(actor, "v2.postbackconfigs.get", config_id)
    if config.deleted_ts is not None:
        raise NotFound
    return config


def create_postback_config(actor: Actor, fields: Mapping[str, object]) -> tuple[PostbackConfig, str]:
    """A new config and its signing secret, which is shown this once. Raises Invalid, Forbidden."""
    require_somewhere(actor, "v2.postbackconfigs.post")
    given = validated(PostbackConfigInput, fields, config_rules())
    require_given_location(actor, "v2.postbackconfigs.post", given.location_id)
    secret, now = new_secret(), now_ts()
    config = PostbackConfig(
        id=new_id(), created_ts=now, modified_ts=now, signing_secret=_vault().encrypt(secret), **_columns(given)
    )
    _set_credentials(config, given)
    with writing(db.session()):
        hold_location(config.location_id)
        if given.product_transaction_id is not None:
            hold_product_transaction(given.product_transaction_id, given.location_id)
        db.session.add(config)
        note(actor, "create", RESOURCE, config.id, config.location_id, after=_audited(config))
    return config, secret


def update_postback_config(actor: Actor, config_id: str, fields: Mapping[str, object]) -> PostbackConfig:
    """Change the given fields; turning it off cancels what waits for it.

    Moving it to another location takes the permission at both. Raises Invalid, NotFound, Forbidden, Gone.
    """
    rules = config_rules()
    with writing(db.session()):
        config = _standing_config(actor, "v2.postbackconfigs.put", config_id)
        stored, before = config_values(config), _audited(config)
        given = validated(PostbackConfigInput, {**stored, **fields}, replace(rules, accepted=stored))
        if given.location_id != config.location_id:
            require_given_location(actor, "v2.postbackconfigs.put", given.location_id)
            hold_location(given.location_id)
        _require_product_transaction(given, stored)
        if config.is_active and not given.is_active:
            cancel_waiting(db.session(), config.id, "The postback config was turned off.")
        for name, value in _columns(given).items():
            setattr(config, name, value)
        if not fields.keys().isdisjoint({"basic_auth_username", "basic_auth_password"}):
            _set_credentials(config, given)
        _touch(config)
        note(actor, "update", RESOURCE, config.id, config.location_id, before=before, after=_audited(config))
    return config


def delete_postback_config(actor: Actor, config_id: str) -> None:
    """Delete it and cancel what waits for it; its history stays readable. Raises NotFound, Forbidden."""
    with writing(db.session()):
        config = _config_for(actor, "v2.postbackconfigs.delete", config_id, lock=True)
        if config.deleted_ts is not None:
            raise NotFound
        actor.require_unchanged(config_shape(config))
        config.deleted_ts = now_ts()
        config.version += 1
        cancel_waiting(db.session(), config.id, "The postback config was deleted.")
        note(actor, "delete", RESOURCE, config.id, config.location_id, before=_audited(config))


def rotate_secret(actor: Actor, config_id: str) -> tuple[PostbackConfig, str]:
    """A new signing secret, shown this once; for 24 hours the old one signs as well.

    Raises NotFound, Forbidden, Gone.
    """
    secret = new_secret()
    with writing(db.session()):
        config = _standing_config(actor, "v2.postbackconfigs.put", config_id)
        config.previous_signing_secret = config.signing_secret
        config.previous_secret_until_ts = now_ts() + ROTATION_SECONDS
        config.signing_secret = _vault().encrypt(secret)
        _touch(config)
        note(actor, "rotate_secret", RESOURCE, config.id, config.location_id)
    return config, secret


def url_refusals(url: str) -> list[str]:
    """Why a config may not have this URL, as saving it would say; empty: it may."""
    try:
        validated(PostbackConfigInput, {"url": url}, config_rules())
    except Invalid as refusal:
        return refusal.errors.get("url", [])
    return []


def product_transactions_offered(location_id: str) -> Sequence[ProductTransaction]:
    """The location's active product transactions, for who chooses one."""
    found = select(ProductTransaction).where(
        ProductTransaction.location_id == location_id, ProductTransaction.active, ProductTransaction.standing()
    )
    return db.session.scalars(found.order_by(ProductTransaction.title, ProductTransaction.id)).all()


def signing_secret(config: PostbackConfig) -> str:
    """The secret itself; who may see it is the caller's to know."""
    return _vault().decrypt(config.signing_secret)


def signing_secret_hint(config: PostbackConfig) -> str:
    """The secret's last characters: enough to tell two apart."""
    return "…" + signing_secret(config)[-HINT_LENGTH:]


def basic_auth_username_of(config: PostbackConfig) -> str | None:
    return config.basic_auth_username


EXPANSIONS: Mapping[str, Callable[[PostbackConfig], object]] = {
    "basic_auth_username": basic_auth_username_of,
    "signing_secret_hint": signing_secret_hint,
    "postback_logs": postback_logs_of_config,
    "stats": stats_of_config,
}


def _config_for(actor: Actor, permission: str, config_id: str, *, lock: bool = False) -> PostbackConfig:
    """The config, deleted or not; `lock` holds it for a change. Raises NotFound, Forbidden."""
    wanted = select(PostbackConfig).where(PostbackConfig.id == config_id)
    config = db.session.scalar(wanted.with_for_update() if lock else wanted) if is_id(config_id) else None
    if config is None:
        raise NotFound
    require(db.session(), actor, permission, config.location_id)
    return config


def _standing_config(actor: Actor, permission: str, config_id: str) -> PostbackConfig:
    config = _config_for(actor, permission, config_id, lock=True)
    if config.deleted_ts is not None:
        raise Gone
    actor.require_unchanged(config_shape(config))
    return config


def _require_product_transaction(given: PostbackConfigInput, stored: Mapping[str, object]) -> None:
    """Raise Invalid where another one, or one at another location, is named that is none of the location's."""
    named = given.product_transaction_id
    if named is not None and (named, given.location_id) != (stored["product_transaction_id"], stored["location_id"]):
        hold_product_transaction(named, given.location_id)


def _columns(given: PostbackConfigInput) -> dict[str, Any]:
    return {name: getattr(given, name) for name in CONFIG_FIELDS}


def _set_credentials(config: PostbackConfig, given: PostbackConfigInput) -> None:
    """Set the given password; without a username there are no credentials, and none stay behind."""
    if "basic_auth_password" in given.model_fields_set:
        password = given.basic_auth_password
        config.basic_auth_password = _vault().encrypt(password) if password else None
    if config.basic_auth_username is None:
        config.basic_auth_password = None
    config.basic_auth_set_ts = None if config.basic_auth_username is None else now_ts()


def _audited(config: PostbackConfig) -> dict[str, object]:
    """What the audit log compares; the password's ciphertext tells only that it was set anew."""
    return {**config_values(config), "basic_auth_password": config.basic_auth_password}


def _touch(config: PostbackConfig) -> None:
    config.modified_ts = now_ts()
    config.version += 1


def config_rules() -> ConfigRules:
    """The deployment's rules. Asks the resolver for this host's addresses: never call it inside a transaction."""
    return ConfigRules(
        custom_resources=settings().custom_resources,
        min_attempt_interval=settings().min_attempt_interval,
        url_refusal=partial(_url_refusal, TargetRules.from_settings(settings())),
    )


def _url_refusal(rules: TargetRules, url: str) -> str | None:
    try:
        check_url(url, rules)
    except TargetRefusedError as refusal:
        return str(refusal)
    return None


def _vault() -> Vault:
    return Vault(settings().fernet_keys)
