"""What a config that is still being typed would send: nothing is judged, sent or kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from extensions import db, settings
from models import PostbackConfig, new_id, now_ts
from postbacks.destinations import prepare
from postbacks.encryption import Vault
from postbacks.message import frozen_json, postback_body, signed_request
from postbacks.signing import new_secret
from resources.access import Actor, require
from resources.test_sends import sample_of
from schemas.expands import EXPANDS, read_names
from schemas.postback_config import RESOURCES

PLACEHOLDER_URL = "https://example.com/postbacks"
"""Shown where none was typed yet."""
EVENTS = (("on_create", "CREATE"), ("on_update", "UPDATE"), ("on_delete", "DELETE"))


@dataclass(frozen=True, slots=True)
class Preview:
    """One POST: its address, its header lines with credentials and signature masked, its body."""

    type: str
    resource: str
    url: str
    header_lines: list[str]
    body: bytes
    data: str


def preview(actor: Actor, location_id: str, fields: Mapping[str, object]) -> Preview:
    """The first POST about a sample record, as these fields of the API would have it; what makes no sense is left out.

    Raises NotFound, Forbidden.
    """
    require(db.session(), actor, "v2.postbackconfigs.post", location_id)
    vault, config = Vault(settings().fernet_keys), _config(location_id, fields)
    config.signing_secret = vault.encrypt(new_secret())
    destination = prepare(config, vault)
    type_ = next((type_ for flag, type_ in EVENTS if fields.get(flag) == "1"), "CREATE")
    data = frozen_json(sample_of(actor, config))
    body = postback_body(type_, config.resource, 1, data)
    lines, keys = destination.header_lines, destination.signing_keys
    request = signed_request(config.url, lines, body, message_id=new_id(), keys=keys, timestamp=now_ts())
    return Preview(type_, config.resource, config.url, request.masked_headers.splitlines(), body, data)


def _config(location_id: str, fields: Mapping[str, object]) -> PostbackConfig:
    given = {name: value for name, value in fields.items() if isinstance(value, str)}
    known = (*RESOURCES, *settings().custom_resources)
    resource = given.get("resource") if given.get("resource") in known else known[0]
    offered = EXPANDS.get(resource or "", ())
    return PostbackConfig(
        id=new_id(),
        version=1,
        is_active=True,
        location_id=location_id,
        resource=resource,
        url=given.get("url", "").strip() or PLACEHOLDER_URL,
        number_of_attempts=1,
        attempt_interval=1,
        expands=",".join(name for name in read_names(given.get("expands", "")[:512]) if name in offered),
        product_transaction_id=given.get("product_transaction_id") or None,
        basic_auth_username=given.get("basic_auth_username") or None,
    )
