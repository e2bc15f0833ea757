"""The built-in receiver: each location may have one inbox, which keeps what arrives and answers as it is told.

Whoever knows the token may post; whoever sees the location may read. What arrives is a stranger's: it is stored as
it came, bounded in size and number, and credentials among its headers are masked before they are written.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from extensions import db, settings
from models import Delivery, Inbox, InboxMessage, PostbackConfig, new_id, now_ts, writing
from postbacks import signing
from postbacks.encryption import UnreadableSecretError, Vault
from resources.access import Actor, require
from resources.audit import note
from resources.locations import get_location
from resources.newest_first import Piece, newest_first
from resources.test_sends import ID_PREFIX
from schemas.refusals import Invalid, NotFound
from schemas.rules import is_id

RESOURCE = "inbox"
LARGEST_BODY = 512 * 1024
KEPT = 200
PIECE = 50
MOST_CONFIGS = 50
"""So many of a location's configs are asked whether a test is theirs, the latest changed first."""
SLOW_SECONDS = 2.0
TOKEN_BYTES = 18
MASKED = frozenset({"authorization", "proxy-authorization", "cookie"})
MASK = "***"
ANSWERS: Mapping[str, tuple[int, float]] = {"200": (200, 0.0), "500": (500, 0.0), "slow": (200, SLOW_SECONDS)}
"""What an inbox can be told to answer: status, and seconds to wait before."""


def inbox_of(actor: Actor, location_id: str) -> Inbox:
    """The location's inbox, made on first use. Raises NotFound, Forbidden."""
    location = get_location(actor, location_id)
    found = _inbox_at(location.id)
    if found is not None:
        return found
    made = Inbox(
        id=new_id(),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        location_id=location.id,
        answer="200",
        created_ts=now_ts(),
    )
    try:
        with writing(db.session()):
            db.session.add(made)
            note(actor, "create", RESOURCE, made.id, made.location_id, after={"answer": made.answer})
    except IntegrityError:  # somebody opened it at the same moment
        found = _inbox_at(location.id)
        assert found is not None
        return found
    return made


def inbox_by_token(actor: Actor, token: str) -> Inbox:
    """The inbox of that address, if its location is in sight. Raises NotFound, Forbidden."""
    inbox = _known(token)
    require(db.session(), actor, "v2.locations.get", inbox.location_id)
    return inbox


def set_answer(actor: Actor, token: str, answer: str) -> Inbox:
    """Tell the inbox what to answer from now on. Raises NotFound, Forbidden, Invalid."""
    if answer not in ANSWERS:
        raise Invalid({"answer": ["Choose one of the answers."]})
    with writing(db.session()):
        inbox = _known(token)
        require(db.session(), actor, "v2.postbackconfigs.put", inbox.location_id)
        note(
            actor, "update", RESOURCE, inbox.id, inbox.location_id,
            before={"answer": inbox.answer}, after={"answer": answer},
        )  # fmt: skip
        inbox.answer = answer
    return inbox


def receive(token: str, headers: Iterable[tuple[str, str]], body: bytes) -> tuple[int, float]:
    """Keep what arrived. Answers the status to give and the seconds to wait before. Raises NotFound.

    No transaction is open when it returns, so the caller may sleep.
    """
    inbox = _known(token)
    kept = [(name, value) for name, value in headers]
    status, seconds = ANSWERS[inbox.answer]
    verdict = signature_verdict({name.lower(): value for name, value in kept}, body, inbox.location_id)
    message = InboxMessage(
        id=new_id(), inbox_id=inbox.id, headers=_masked(kept), body=body, answered=status, signature=verdict
    )
    with writing(db.session()):
        db.session.add(message)
        db.session.flush()
        _forget_all_but_newest(inbox.id)
    return status, seconds


def messages(inbox: Inbox, before: str | None = None) -> Piece[InboxMessage]:
    """What arrived, newest first."""
    return newest_first(select(InboxMessage).where(InboxMessage.inbox_id == inbox.id), InboxMessage.id, before, PIECE)


def get_message(inbox: Inbox, message_id: str) -> InboxMessage:
    """One message of this inbox. Raises NotFound."""
    wanted = select(InboxMessage).where(InboxMessage.inbox_id == inbox.id, InboxMessage.id == message_id)
    found = db.session.scalar(wanted) if is_id(message_id) else None
    if found is None:
        raise NotFound
    return found


def newest_message_id(inbox: Inbox) -> str | None:
    newest = select(InboxMessage.id).where(InboxMessage.inbox_id == inbox.id).order_by(InboxMessage.id.desc()).limit(1)
    return db.session.scalar(newest)


def signature_verdict(headers: Mapping[str, str], body: bytes, location_id: str) -> str:
    """Whether the body is signed by the config whose delivery `webhook-id` names: verified, wrong, missing, unknown.

    A delivery of another location counts as unknown unless the signature is right: nobody learns what exists there.
    A test belongs to no delivery; the secret of any of the location's configs will do.
    """
    if "webhook-signature" not in headers or "webhook-id" not in headers:
        return "missing"
    if headers["webhook-id"].startswith(ID_PREFIX):
        secrets_here = (secret for config in _configs_at(location_id) for secret in _secrets_of(config))
        return "verified" if any(signing.verify(secret, headers, body) for secret in secrets_here) else "unknown"
    delivery = _delivery_named(headers["webhook-id"])
    if delivery is None:
        return "unknown"
    if any(signing.verify(secret, headers, body) for secret in _secrets_of(delivery.config)):
        return "verified"
    return "wrong" if delivery.location_id == location_id else "unknown"


def _delivery_named(webhook_id: str) -> Delivery | None:
    if not is_id(webhook_id):
        return None
    return db.session.scalar(select(Delivery).options(joinedload(Delivery.config)).where(Delivery.id == webhook_id))


def _configs_at(location_id: str) -> Sequence[PostbackConfig]:
    here = select(PostbackConfig).where(PostbackConfig.location_id == location_id, PostbackConfig.deleted_ts.is_(None))
    return db.session.scalars(here.order_by(PostbackConfig.modified_ts.desc()).limit(MOST_CONFIGS)).all()


def _secrets_of(config: PostbackConfig) -> list[str]:
    """The secrets that may sign for this config now; none where they cannot be read any more."""
    stored = [config.signing_secret]
    if config.previous_signing_secret and (config.previous_secret_until_ts or 0) >= now_ts():
        stored.append(config.previous_signing_secret)
    vault = Vault(settings().fernet_keys)
    try:
        return [vault.decrypt(secret) for secret in stored]
    except UnreadableSecretError:
        return []


def _masked(headers: Iterable[tuple[str, str]]) -> str:
    return json.dumps({name: MASK if name.lower() in MASKED else value for name, value in headers})


def _forget_all_but_newest(inbox_id: str) -> None:
    mine = InboxMessage.inbox_id == inbox_id
    first_too_old = db.session.scalar(
        select(InboxMessage.id).where(mine).order_by(InboxMessage.id.desc()).offset(KEPT).limit(1)
    )
    if first_too_old is not None:
        db.session.execute(delete(InboxMessage).where(mine, InboxMessage.id <= first_too_old))


def _inbox_at(location_id: str) -> Inbox | None:
    return db.session.scalar(select(Inbox).where(Inbox.location_id == location_id))


def _known(token: str) -> Inbox:
    inbox = db.session.scalar(select(Inbox).where(Inbox.token == token)) if token.isprintable() else None
    if inbox is None:
        raise NotFound
    return inbox
