from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select, update

from extensions import db
from models import Role, SignInFailure, User, UserSession, now_ts, writing
from resources import sign_in as verbs
from resources.passwords import needs_rehash, verify_password
from resources.roles import grant_role
from resources.sign_in import (
    FAILURES_PER_ACCOUNT_AND_ADDRESS,
    FAILURES_PER_ADDRESS,
    WINDOW_SECONDS,
    SignInRefused,
    SignInThrottled,
    keep_session,
    session_user,
    sign_in,
    sign_out,
)
from resources.users import create_user
from tests.world import World

RIGHT, WRONG = "correct horse", "wrong horse"
HOME, AWAY = "192.0.2.7", "192.0.2.8"


@pytest.fixture
def zoe(world: World) -> User:
    return person(world, "zoe", "viewer")


def person(world: World, username: str, role: str | None) -> User:
    head = world.actor("head")
    user = create_user(head, {"username": username, "password": RIGHT})
    if role is not None:
        grant_role(head, user.id, {"location_id": world.here, "role": role})
    return user


def fail(times: int, username: str = "zoe", address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in(username, WRONG, address)


def later(seconds: int) -> None:
    """As if the failures so far had happened that much earlier."""
    with writing(db.session()):
        db.session.execute(update(SignInFailure).values(failed_ts=SignInFailure.failed_ts - seconds))


def age(seconds: int) -> None:
    """As if nobody had used the session for that long."""
    with writing(db.session()):
        db.session.execute(update(UserSession).values(last_seen_ts=now_ts() - seconds))


def failures() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SignInFailure)) or 0


def test_the_token_is_random_and_stored_as_its_digest_only(zoe: User) -> None:
    first, second = sign_in("zoe", RIGHT, HOME), sign_in("zoe", RIGHT, HOME)
    assert first != second
    assert len(first) >= 43
    stored = db.session.scalars(select(UserSession)).all()
    assert len(stored) == 2
    assert not {first, second} & {one.digest for one in stored}
    assert (found := session_user(first))
    assert found.id == zoe.id
    assert failures() == 0


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("zoe", WRONG),
        ("zoe", ""),
        ("", RIGHT),
        ("nobody", RIGHT),
        ("ZOE", RIGHT),
        ("zoe\0", RIGHT),
        ("zoe' or 1=1 --", RIGHT),
        ("z" * 100_000, RIGHT),
        ("zoe", "x" * 100_000),
        ("\ud800", "\ud800"),
    ],
)
def test_whatever_is_wrong_gets_the_same_answer(zoe: User, username: str, password: str) -> None:
    with pytest.raises(SignInRefused) as refused:
        sign_in(username, password, HOME)
    assert refused.value.message == SignInRefused().message


def test_unknown_users_cost_the_same_work(zoe: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str | None] = []

    def watched(stored: str | None, password: str) -> bool:
        hashes.append(stored)
        return verify_password(stored, password)

    monkeypatch.setattr(verbs, "verify_password", watched)
    fail(1)
    fail(1, "nobody")
    assert len(hashes) == 2
    assert (hashes[0] is not None, hashes[1]) == (True, None)


def test_programs_and_barred_people_may_not_use_the_console(world: World, zoe: User) -> None:
    person(world, "robot", "integration")
    person(world, "nobody-yet", None)
    token = sign_in("zoe", RIGHT, HOME)
    for username in ("robot", "nobody-yet"):
        with pytest.raises(SignInRefused):
            sign_in(username, RIGHT, HOME)
    with writing(db.session()):
        db.session.execute(update(User).where(User.id == zoe.id).values(is_active=False))
    assert session_user(token) is None
    with pytest.raises(SignInRefused):
        sign_in("zoe", RIGHT, HOME)


def test_losing_the_role_ends_the_session(zoe: User) -> None:
    token = sign_in("zoe", RIGHT, HOME)
    with writing(db.session()):
        db.session.execute(update(Role).where(Role.user_id == zoe.id).values(name="integration"))
    assert session_user(token) is None


def test_five_failures_make_one_wait_even_with_the_right_password(zoe: User) -> None:
    fail(FAILURES_PER_ACCOUNT_AND_ADDRESS)
    with pytest.raises(SignInThrottled) as throttled:
        sign_in("zoe", RIGHT, HOME)
    assert WINDOW_SECONDS - 5 <= throttled.value.wait_seconds <= WINDOW_SECONDS
    assert "min" in throttled.value.message
    later(WINDOW_SECONDS - 30)
    with pytest.raises(SignInThrottled) as throttled:
        sign_in("zoe", RIGHT, HOME)
    assert 25 <= throttled.value.wait_seconds <= 30
    assert f"{throttled.value.wait_seconds} seconds" in throttled.value.message
    later(31)
    assert sign_in("zoe", RIGHT, HOME)


def test_nobody_else_is_locked_out(world: World, zoe: User) -> None:
    person(world, "max", "operator")
    fail(FAILURES_PER_ACCOUNT_AND_ADDRESS)
    assert sign_in("zoe", RIGHT, AWAY), "the person themselves, elsewhere"
    assert sign_in("max", RIGHT, HOME), "somebody else at the same address"


def test_a_success_clears_the_count(zoe: User) -> None:
    fail(FAILURES_PER_ACCOUNT_AND_ADDRESS - 1)
    sign_in("zoe", RIGHT, HOME)
    fail(FAILURES_PER_ACCOUNT_AND_ADDRESS - 1)
    assert sign_in("zoe", RIGHT, HOME)


def test_unknown_users_are_throttled_alike(zoe: User) -> None:
    fail(FAILURES_PER_ACCOUNT_AND_ADDRESS, "nobody")
    with pytest.raises(SignInThrottled):
        sign_in("nobody", RIGHT, HOME)


def test_one_address_cannot_try_everybody(zoe: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "verify_password", lambda _stored, _password: False)
    for number in range(FAILURES_PER_ADDRESS):
        with pytest.raises(SignInRefused):
            sign_in(f"user-{number}", WRONG, HOME)
    monkeypatch.undo()
    with pytest.raises(SignInThrottled):
        sign_in("zoe", RIGHT, HOME)
    assert sign_in("zoe", RIGHT, AWAY)
    later(WINDOW_SECONDS)
    assert sign_in("zoe", RIGHT, HOME)
    assert failures() == 0, "what is past is forgotten"


@pytest.mark.usefixtures("costly_passwords")
def test_a_burst_does_not_outrun_the_count(app: Flask, zoe: User) -> None:
    def guess(_: int) -> str:
        with app.app_context():
            try:
                sign_in("zoe", WRONG, HOME)
            except (SignInRefused, SignInThrottled) as refusal:
                return type(refusal).__name__
            return "in"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, range(16)))
    assert answers.count("SignInRefused") <= FAILURES_PER_ACCOUNT_AND_ADDRESS + 3
    assert "in" not in answers
    assert answers.count("SignInThrottled") >= 8


def test_signing_out_revokes_this_session_only(zoe: User) -> None:
    here, there = sign_in("zoe", RIGHT, HOME), sign_in("zoe", RIGHT, AWAY)
    sign_out(here)
    assert session_user(here) is None
    assert session_user(there) is not None
    sign_out("unknown")


def test_a_session_ends_after_it_was_not_used(zoe: User) -> None:
    token = sign_in("zoe", RIGHT, HOME)
    age(12 * 3600 - 30)
    assert session_user(token) is not None
    assert keep_session(token)
    age(12 * 3600 + 1)
    assert session_user(token) is None


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "x" * 10_000])
def test_a_made_up_token_is_nobodys(zoe: User, token: str) -> None:
    assert session_user(token) is None
    assert not keep_session(token)


def test_use_is_written_down_once_a_minute(zoe: User) -> None:
    token = sign_in("zoe", RIGHT, HOME)
    assert not keep_session(token)
    age(61)
    assert keep_session(token)
    assert not keep_session(token)


@pytest.fixture
def weak_hash(zoe: User) -> str:
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(RIGHT)
    with writing(db.session()):
        db.session.execute(update(User).where(User.id == zoe.id).values(password_hash=stored))
    return stored


def test_an_old_hash_is_renewed_at_the_next_sign_in(zoe: User, weak_hash: str) -> None:
    sign_in("zoe", RIGHT, HOME)
    db.session.rollback()
    renewed = db.session.get_one(User, zoe.id).password_hash or ""
    assert renewed != weak_hash
    assert not needs_rehash(renewed)
    assert verify_password(renewed, RIGHT)
    assert renewed.startswith("$argon2id$")
