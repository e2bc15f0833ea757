"""Signing in and out of the console.

A failure is written down before the password is looked at and taken back after a success, so that a burst of
guesses cannot outrun the count. Failures are counted per account and address together: whoever guesses locks out
nobody but himself. A far wider count per address alone slows down the guessing of many accounts from one place.

A session is a random token in the browser's signed cookie; only its digest is stored, so each can be revoked.
Unknown users, wrong passwords and users who may not use the console get the same answer after the same work.
"""

import secrets
from hashlib import sha256
from math import ceil

import structlog
from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from extensions import db, settings
from models import Role, SignInFailure, User, UserSession, now_ts, writing
from resources.access import CONSOLE_ROLES
from resources.passwords import LONGEST_PASSWORD, hash_password, needs_rehash, verify_password
from schemas.refusals import Refusal

WINDOW_SECONDS = 15 * 60
FAILURES_PER_ACCOUNT_AND_ADDRESS = 5
FAILURES_PER_ADDRESS = 100
SEEN_EVERY_SECONDS = 60
TOKEN_BYTES = 32
LONGEST_USERNAME = 64

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
        self.wait_seconds = wait_seconds


def sign_in(username: str, password: str, address: str) -> str:
    """A new session's token for this person. Raises SignInRefused or SignInThrottled."""
    user = prove_password(username, password, address)
    renewed = hash_password(password) if needs_rehash(user.password_hash or "") else None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with writing(db.session()):
        if renewed:
            db.session.execute(update(User).where(User.id == user.id).values(password_hash=renewed))
        db.session.add(UserSession(digest=_token_digest(token), user_id=user.id, address=address[:64]))
    log.info("signed_in", user_id=user.id, address=address)
    return token


def prove_password(username: str, password: str, address: str) -> User:
    """Who this is, the password being theirs. Raises SignInRefused or SignInThrottled; a failure counts."""
    pair, place = _digest("account", username, address), _digest("address", address)
    with writing(db.session()):
        counted = _count_try(db.session(), pair, place)
    user = _user_named(username)
    db.session.rollback()  # the hash below is slow: no transaction stays open over it
    right = len(password) <= LONGEST_PASSWORD and verify_password(user.password_hash if user else None, password)
    if not right or user is None or not _may_use_console(user):
        log.info("sign_in_refused", address=address)
        raise SignInRefused
    with writing(db.session()):
        db.session.execute(delete(SignInFailure).where(SignInFailure.digest == pair))
        db.session.execute(delete(SignInFailure).where(SignInFailure.id == counted))
    return user


def sign_out(token: str) -> None:
    """Revoke the session; nothing happens where there is none."""
    with writing(db.session()):
        db.session.execute(
            update(UserSession)
            .where(UserSession.digest == _token_digest(token), UserSession.revoked_ts.is_(None))
            .values(revoked_ts=now_ts())
        )


def session_user(token: str) -> User | None:
    """Who holds this session; None where it is unknown, revoked, unused for too long, or its user barred."""
    oldest = now_ts() - _lifetime_seconds()
    user = db.session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.digest == _token_digest(token), UserSession.revoked_ts.is_(None))
        .where(UserSession.last_seen_ts >= oldest)
    )
    return user if user is not None and _may_use_console(user) else None


def keep_session(token: str) -> bool:
    """Let the session's time run anew. Answers whether it wrote that down: at most once a minute, and best effort."""
    digest, now = _token_digest(token), now_ts()
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
    has_role = exists().where(Role.user_id == user.id, Role.name.in_(CONSOLE_ROLES))
    return user.is_active and bool(db.session.scalar(select(has_role)))


def _lifetime_seconds() -> int:
    return ceil(settings().session_hours * 3600)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _token_digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _in_words(seconds: int) -> str:
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
