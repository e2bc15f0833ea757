"""Test sends: one sample postback to a config's URL, at once, by the way that all others take.

Nothing of it is kept but that it was made, for the limit, which is counted in the database: it holds across all web
processes, and there is no way around it while something else is down. A test waits for the receiver inside a
request, so only a part of this process's threads may be at it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from math import ceil
from threading import BoundedSemaphore
from typing import Any

from sqlalchemy import delete, select
from structlog import get_logger

from extensions import db, settings
from models import Attempt, PostbackConfig, SentTest, User, new_id, now_ms, writing
from postbacks.claims import Payload
from postbacks.destinations import prepare
from postbacks.easy import TransportLimits
from postbacks.encryption import Vault
from postbacks.message import frozen_json
from postbacks.signing import new_secret
from postbacks.single import send_single
from postbacks.targets import TargetRules
from resources.access import Actor, require, require_somewhere
from resources.account_vaults import ACCOUNT_VAULTS
from resources.audit import note
from resources.contacts import CONTACTS
from resources.locations import require_given_location
from resources.postback_configs import RESOURCE, config_rules
from resources.resource import Resource
from resources.transaction_batches import BATCHES
from resources.transactions import TRANSACTIONS
from schemas.expands import read_names
from schemas.money import cents
from schemas.postback_config import CONFIG_FIELDS, PostbackConfigInput
from schemas.refusals import Busy, Gone, NotFound, TooMany
from schemas.rules import is_id
from schemas.samples import sample_record
from schemas.transaction import MONEY
from schemas.validation import validated

MOST = 10
WINDOW_SECONDS = 60
"""So many tests of one config may one user send in so many seconds."""
WINDOW_MS = WINDOW_SECONDS * 1000
SHARE_OF_THREADS = 4
MARK = "webhook-test: true"
TOLD: Mapping[str, Resource[Any]] = {one.name: one for one in (ACCOUNT_VAULTS, BATCHES, CONTACTS, TRANSACTIONS)}
ID_PREFIX = "test_"
"""Of a test's `webhook-id`, which is signed: what is no test cannot be taken for one, nor the other way round."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tried:
    """A test's attempt, and how many more may follow at once; the count begins anew in `seconds`."""

    attempt: Attempt
    left: int
    seconds: int


def send_test(actor: Actor, config_id: str) -> Tried:
    """Send a sample to a saved config's URL, active or not. Raises NotFound, Forbidden, Gone, TooMany, Busy."""
    config = db.session.get(PostbackConfig, config_id) if is_id(config_id) else None
    if config is None:
        raise NotFound
    require(db.session(), actor, "v2.postbackconfigs.put", config.location_id)
    if config.deleted_ts is not None:
        raise Gone
    return _send(actor, config, config.id)


def send_test_of(actor: Actor, fields: Mapping[str, object]) -> Tried:
    """Send a sample to a config that is not saved yet, signed with a secret that nobody keeps.

    Only what is given is used, no stored credentials. Raises Invalid, Forbidden, TooMany, Busy.
    """
    require_somewhere(actor, "v2.postbackconfigs.post")
    given = validated(PostbackConfigInput, fields, config_rules())
    require_given_location(actor, "v2.postbackconfigs.post", given.location_id)
    vault, password = Vault(settings().fernet_keys), given.basic_auth_password
    config = PostbackConfig(
        id=new_id(),
        signing_secret=vault.encrypt(new_secret()),
        basic_auth_password=vault.encrypt(password) if password else None,
        **{name: getattr(given, name) for name in CONFIG_FIELDS},
    )
    return _send(actor, config, given.location_id)


def _send(actor: Actor, config: PostbackConfig, subject: str) -> Tried:
    chosen = settings()
    with _place(chosen.web_threads):
        payload = Payload("CREATE", config.resource, frozen_json(sample_of(actor, config)))
        destination = prepare(config, Vault(chosen.fernet_keys))
        left, seconds = _count(actor, subject, config.location_id)
        # No transaction is open from here on: the receiver may take its time.
        attempt = send_single(
            destination,
            payload,
            message_id=f"{ID_PREFIX}{new_id()}",
            mark=MARK,
            sender=actor.username,
            rules=TargetRules.from_settings(chosen),
            limits=TransportLimits.from_settings(chosen),
        )
    log.info(
        "test_sent",
        config_id=subject,
        user_id=actor.user_id,
        code=attempt.reason_code,
        status=attempt.status,
        duration_ms=attempt.duration_ms,
    )
    return Tried(attempt, left, seconds)


def sample_of(actor: Actor, config: PostbackConfig) -> dict[str, object]:
    """The sample record, with what the config's expands name embedded."""
    record = sample_record(config.resource, config.location_id, config.product_transaction_id)
    names = read_names(config.expands)
    resource = TOLD.get(config.resource)
    if resource is None or not names:
        return record
    columns = resource.model.__table__.columns.keys()
    around = {"location_id": config.location_id, "created_user_id": actor.user_id, "tags": []}
    values = {name: cents(value) if name in MONEY and value else value for name, value in record.items()}
    sample = resource.model(**{name: value for name, value in {**values, **around}.items() if name in columns})
    offered = resource.expansions
    return {**record, **{name: offered[name](sample) for name in names if name in offered}}


def _count(actor: Actor, subject: str, location_id: str) -> tuple[int, int]:
    """Write the test down. Answers how many are left, and the seconds until one is free again. Raises TooMany."""
    user_id = actor.user_id
    mine = SentTest.user_id == user_id
    with writing(db.session()):
        # Whoever counts holds the user's row meanwhile, so that a burst cannot outrun the count.
        db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
        now = now_ms()
        begin, far_ahead = now - WINDOW_MS, now + WINDOW_MS  # what is far ahead was written before the clock was set
        db.session.execute(delete(SentTest).where(mine, (SentTest.sent_ms <= begin) | (SentTest.sent_ms > far_ahead)))
        counted = db.session.scalars(
            select(SentTest.sent_ms).where(mine, SentTest.subject == subject).order_by(SentTest.sent_ms)
        ).all()
        seconds = max(1, ceil(((counted[0] if counted else now) - begin) / 1000))
        if len(counted) >= MOST:
            raise TooMany(f"At most {MOST} tests of a config in {WINDOW_SECONDS} seconds. Try again soon.", seconds)
        db.session.add(SentTest(user_id=user_id, subject=subject, sent_ms=now))
        note(actor, "test", RESOURCE, subject, location_id)
    return MOST - len(counted) - 1, seconds


@cache
def _places(threads: int) -> BoundedSemaphore:
    return BoundedSemaphore(max(1, threads // SHARE_OF_THREADS))


@contextmanager
def _place(threads: int) -> Iterator[None]:
    """One of the threads that tests may occupy. Raises Busy."""
    places = _places(threads)
    if not places.acquire(blocking=False):
        raise Busy("Other tests are still waiting for their receivers. Try again in a few seconds.")
    try:
        yield
    finally:
        places.release()
