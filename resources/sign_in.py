"""Signing in with a password, and the console's sessions.

A failure is written down before the password is looked at and taken back after a success, so that a burst of
guesses cannot outrun the count. Failures are counted per account and address together: whoever guesses locks out
nobody but himself. A far wider count per address alone slows down the guessing of many accounts from one place.

A session is a random token in the browser's signed cookie; only its digest is stored, so each can be revoked.
Unknown users, wrong passwords and users who may not use the console get the same answer after the same work.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

import structlog
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from extensions import db, settings
from models import Role, SignInFailure, User, UserSession, now_ts, session_digest, writing
from resources.access import CONSOLE_ROLES, actor_for
from resources.audit import note
from resources.passwords import hash_password, needs_rehash, verify_password
from resources.pruning import prune
from resources.user_reach import home_of
from schemas.refusals import Refusal
from schemas.user import LONGEST_PASSWORD

WINDOW_SECONDS = 15 * 60
FAILURES_PER_ACCOUNT_AND_ADDRESS = 5
FAILURES_PER_ADDRESS = 100
SEEN_EVERY_SECONDS = 60
TOKEN_BYTES = 32
LONGEST_USERNAME = 64

HAS_CONSOLE_ROLE = exists().where(Role.user_id == User.id, Role.name.in_(CONSOLE_ROLES))

log = structlog.get_logger(__name__)


class SignInRefused(Refusal):
    """Not signed in; why is not told."""

    status = 401

    def __init__(self) -> None:
        super().__init__("The username or the password is not right.")


class SignInThrottled(Refusal):
    """Too many failures; `wait_seconds` until the next try is looked at."""

    status = 429

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Too many failed tries. Try again in {_in_words(wait_seconds)}.")
        self.wait_seconds = self.retry_after = wait_seconds


@dataclass(frozen=True, slots=True)
class Proof:
    """A password that was right. `settle` it in the transaction of what it opens."""

    user_id: str
    password_hash: str | None
    pair: str
    counted: int
    renewed_hash: str | None


def proven(username: str, password: str, address: str, admitted: Callable[[User], bool]) -> Proof:
    """Whose password this is, if that user is admitted. Raises SignInRefused, alike for all others, SignInThrottled."""
    pair, place = _digest("account", username, address), _digest("address", address)
    with writing(db.session()):
        counted = _count_try(db.session(), pair, place)
    user = _user_named(username)
    db.session.rollback()  # the hash below is slow: no transaction stays open over it
    right = len(password) <= LONGEST_PASSWORD and verify_password(user.password_hash if user else None, password)
    if not right or user is None or not admitted(user):
        log.info("sign_in_refused", address=address)
        raise SignInRefused
    renewed = hash_password(password) if needs_rehash(user.password_hash or "") else None
    return Proof(user.id, user.password_hash, pair, counted, renewed)


def settle(proof: Proof) -> User:
    """Take the failures back that were counted before the password proved right. Call it inside `writing`.

    Raises SignInRefused where the user was barred meanwhile, or has another password by now.
    """
    user = db.session.scalar(select(User).where(User.id == proof.user_id).with_for_update(key_share=True))
    if user is None or not user.is_active or user.password_hash != proof.password_hash:
        raise SignInRefused
    db.session.execute(delete(SignInFailure).where(SignInFailure.digest == proof.pair))
    db.session.execute(delete(SignInFailure).where(SignInFailure.id == proof.counted))
    if proof.renewed_hash:
        user.password_hash = proof.renewed_hash
    return user


def sign_in(username: str, password: str, address: str, request_id: str | None = None) -> str:
    """A new session's token for this person. Raises SignInRefused or SignInThrottled."""
    proof = proven(username, password, address, _may_use_console)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with writing(db.session()):
        user = settle(proof)
        unused = UserSession.last_seen_ts < now_ts() - _lifetime_seconds()
        prune(UserSession.digest, or_(UserSession.revoked_ts.is_not(None), unused))
        db.session.add(UserSession(digest=session_digest(token), user_id=user.id, address=address[:64]))
        note(actor_for(db.session(), user, request_id), "sign_in", "user", user.id, home_of(user))
    log.info("signed_in", user_id=proof.user_id, address=address)
    return token


def prove_password(username: str, password: str, address: str) -> User:
    """Who this is, the password being theirs. Raises SignInRefused or SignInThrottled; a failure counts."""
    proof = proven(username, password, address, _may_use_console)
    with writing(db.session()):
        return settle(proof)


def sign_out(token: str, request_id: str | None = None) -> None:
    """Revoke the session; nothing happens where there is none."""
    with writing(db.session()):
        session = db.session.get(UserSession, session_digest(token), with_for_update=True)
        if session is None or session.revoked_ts is not None:
            return
        session.revoked_ts = now_ts()
        user = db.session.get_one(User, session.user_id)
        note(actor_for(db.session(), user, request_id), "sign_out", "user", user.id, home_of(user))


def session_user(token: str) -> User | None:
    """Who holds this session; None where it is unknown, revoked, unused for too long, or its user barred."""
    oldest = now_ts() - _lifetime_seconds()
    user = db.session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.digest == session_digest(token), UserSession.revoked_ts.is_(None))
        .where(UserSession.last_seen_ts >= oldest, HAS_CONSOLE_ROLE)
    )
    return user if user is not None and user.is_active else None


def keep_session(token: str) -> bool:
    """Let the session's time run anew. Answers whether it wrote that down: at most once a minute, and best effort."""
    digest, now = session_digest(token), now_ts()
    seen = db.session.scalar(select(UserSession.last_seen_ts).where(UserSession.digest == digest))
    if seen is None or now - seen < SEEN_EVERY_SECONDS:
        return False
    try:
        with writing(db.session()):
            db.session.execute(update(UserSession).where(UserSession.digest == digest).values(last_seen_ts=now))
    except OperationalError as error:  # a full disk or a busy store must not keep anybody from reading
        log.warning("session_not_kept", error=type(error.orig).__name__)
        return False
    return True


def _count_try(session: Session, pair: str, place: str) -> int:
    """Write the try down as failed, for now; the id of the address's row. Raises SignInThrottled."""
    now = now_ts()
    session.execute(delete(SignInFailure).where(SignInFailure.failed_ts <= now - WINDOW_SECONDS))
    wait = max(
        _wait_for(session, pair, FAILURES_PER_ACCOUNT_AND_ADDRESS, now),
        _wait_for(session, place, FAILURES_PER_ADDRESS, now),
    )
    if wait > 0:
        raise SignInThrottled(wait)
    by_place = SignInFailure(digest=place, failed_ts=now)
    session.add_all([SignInFailure(digest=pair, failed_ts=now), by_place])
    session.flush()
    return by_place.id


def _wait_for(session: Session, digest: str, allowed: int, now: int) -> int:
    """Seconds until fewer than `allowed` failures lie in the window; 0 where that is so already."""
    latest = session.scalars(
        select(SignInFailure.failed_ts)
        .where(SignInFailure.digest == digest)
        .order_by(SignInFailure.failed_ts.desc())
        .limit(allowed)
    ).all()
    return max(0, latest[-1] + WINDOW_SECONDS - now) if len(latest) == allowed else 0


def _user_named(username: str) -> User | None:
    if not 0 < len(username) <= LONGEST_USERNAME or not username.isprintable():
        return None
    return db.session.scalar(select(User).where(User.username == username))


def _may_use_console(user: User) -> bool:
    """Active, and more than a program: the integration role alone opens only the API."""
    has_role = select(User.id).where(User.id == user.id, HAS_CONSOLE_ROLE)
    return user.is_active and db.session.scalar(has_role) is not None


def _lifetime_seconds() -> int:
    return ceil(settings().session_hours * 3600)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _in_words(seconds: int) -> str:
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
