"""Requests that may be repeated: each key stands for one request of one caller, whatever happens to it.

The key is claimed before the request is carried out. The claim is marked done inside the very transaction that the
request commits, and only by who holds it: so the change and the mark come or fail together, and of two who believe to
hold a key only one commits. What was answered is kept afterwards, encrypted, for 24 hours. Of the request itself only a
keyed digest is kept: without the product's secret nobody can try out what it said.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from structlog import get_logger

from extensions import db, settings
from models import IdempotencyKey, KeyState, new_id, now_ts, writing
from postbacks.encryption import UnreadableSecretError, Vault
from resources.access import Actor
from resources.pruning import prune
from schemas.refusals import Conflict, Invalid

KEPT_SECONDS = 24 * 3600
CLAIM_SECONDS = 60
"""So long a request may take before another with its key may begin in its place."""
WAIT_SECONDS = 1
DIGESTS = b"postbacks: digests of idempotent requests"
"""What the secret's key for digests is derived by; no other use of the secret shares it."""
HEADER = "Idempotency-Key"

log = get_logger(__name__)


class Running(Conflict):
    """The first request with this key is still being carried out."""

    retry_after = WAIT_SECONDS

    def __init__(self) -> None:
        super().__init__(f"The first request with this {HEADER} is still running. Try again shortly.")


class AnswerLost(Conflict):
    """The first request was carried out; what it answered is not known any more."""

    def __init__(self) -> None:
        super().__init__(
            f"The first request with this {HEADER} was carried out, but its answer was not kept. "
            "Look for what it changed; use a new key for another change."
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out the request of a key."""

    id: str
    token: str


@dataclass(frozen=True, slots=True)
class Repetition:
    """What was answered first."""

    answer: str


def digest_of(request: bytes) -> str:
    """What tells a request from another one under the same key."""
    secret = settings().secret_key.get_secret_value().encode()
    return hmac.digest(hmac.digest(secret, DIGESTS, "sha256"), request, "sha256").hex()


def claim(actor: Actor, key: str, digest: str) -> Claim | Repetition:
    """Claim the key for the request of this digest, or find what it was answered.

    Raises Invalid for another request under the key, Running, AnswerLost.
    """
    wanted = Claim(new_id(), new_id())
    with _racing(), writing(db.session()):
        prune(IdempotencyKey.id, IdempotencyKey.created_ts <= now_ts() - KEPT_SECONDS)
        held = db.session.scalar(_of(actor, key).with_for_update())
        if held is not None and held.created_ts <= now_ts() - KEPT_SECONDS:
            db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.id == held.id))
            held = None
        if held is None:
            db.session.execute(insert(IdempotencyKey).values(**_row(actor, key, digest, wanted)))
            return wanted
        if held.digest != digest:
            raise Invalid({HEADER: [f"{HEADER} was used for another request; use a new one."]})
        if held.state == KeyState.RUNNING and held.claimed_ts <= now_ts() - CLAIM_SECONDS:
            held.token, held.claimed_ts = wanted.token, now_ts()
            return replace(wanted, id=held.id)
    return _repetition(held)


def _repetition(held: IdempotencyKey) -> Repetition:
    if held.state == KeyState.ANSWERED and held.answer is not None:
        try:
            return Repetition(Vault(settings().fernet_keys).decrypt(held.answer))
        except UnreadableSecretError:
            raise AnswerLost from None
    if held.state == KeyState.RUNNING or held.claimed_ts > now_ts() - CLAIM_SECONDS:
        raise Running
    raise AnswerLost


@contextmanager
def carrying(held: Claim) -> Iterator[None]:
    """Whatever this session commits meanwhile is committed under the claim, or not at all."""
    session = db.session()

    def mark(committing: Session) -> None:
        mine = (IdempotencyKey.id == held.id) & (IdempotencyKey.token == held.token)
        done = update(IdempotencyKey).where(mine).values(state=KeyState.DONE.value)
        if committing.connection().execute(done).rowcount != 1:
            raise Running

    event.listen(session, "before_commit", mark)
    try:
        yield
    finally:
        event.remove(session, "before_commit", mark)


def keep_answer(held: Claim, answer: str | None) -> None:
    """From now on a repetition is given this answer; without one it is told that it was carried out."""
    kept = None if answer is None else Vault(settings().fernet_keys).encrypt(answer)
    state = KeyState.DONE if answer is None else KeyState.ANSWERED
    with writing(db.session()):
        db.session.execute(_held(update(IdempotencyKey), held).values(state=state.value, answer=kept))


def give_back(held: Claim) -> None:
    """Forget the claim, unless something was committed under it."""
    with writing(db.session()):
        db.session.execute(_held(delete(IdempotencyKey), held).where(IdempotencyKey.state == KeyState.RUNNING.value))


def _held(statement: Any, held: Claim) -> Any:
    return statement.where(IdempotencyKey.id == held.id, IdempotencyKey.token == held.token)


def _of(actor: Actor, key: str) -> Any:
    return select(IdempotencyKey).where(
        IdempotencyKey.developer_id == (actor.developer_id or ""),
        IdempotencyKey.user_id == actor.user_id,
        IdempotencyKey.key == key,
    )


def _row(actor: Actor, key: str, digest: str, wanted: Claim) -> dict[str, object]:
    now = now_ts()
    return {
        "id": wanted.id,
        "token": wanted.token,
        "developer_id": actor.developer_id or "",
        "user_id": actor.user_id,
        "key": key,
        "digest": digest,
        "state": KeyState.RUNNING.value,
        "claimed_ts": now,
        "created_ts": now,
    }


@contextmanager
def _racing() -> Iterator[None]:
    """Somebody claimed the key between our look and our insert: then it is running."""
    try:
        yield
    except IntegrityError:
        raise Running from None
