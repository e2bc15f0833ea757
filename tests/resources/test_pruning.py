"""What opens nothing any more is taken away, a few rows with each new one."""

import pytest
from sqlalchemy import select, update

from extensions import db
from models import AccessToken, UserSession, now_ts, session_digest, writing
from resources import pruning
from resources.sign_in import session_user, sign_in, sign_out
from resources.tokens import LIFETIME_SECONDS, _digest, actor_by_token, create_token
from resources.users import set_password
from tests.world import DEVELOPER, World

RIGHT, HOME = "correct horse", "192.0.2.7"
SESSION_SECONDS = 12 * 3600


@pytest.fixture(autouse=True)
def two_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 2)
    for username in ("operator", "viewer"):
        set_password(world.users[username].id, RIGHT)


def sessions() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(UserSession.digest)))


def tokens() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(AccessToken.digest)))


def new_token(username: str) -> str:
    return str(create_token(DEVELOPER, {"username": username, "password": RIGHT}, HOME)["token"])


def test_sessions_unused_for_too_long_or_revoked_go_with_new_ones(world: World) -> None:
    for _ in range(2):
        sign_in("operator", RIGHT, HOME)
    with writing(db.session()):
        db.session.execute(update(UserSession).values(last_seen_ts=now_ts() - SESSION_SECONDS - 1))
    revoked, live = sign_in("viewer", RIGHT, HOME), sign_in("viewer", RIGHT, HOME)
    assert sessions() == {session_digest(revoked), session_digest(live)}
    sign_out(revoked)
    last = sign_in("viewer", RIGHT, HOME)
    assert sessions() == {session_digest(live), session_digest(last)}
    assert session_user(live) is not None


def test_dead_tokens_of_anybody_go_with_new_ones(world: World) -> None:
    dead = [new_token("operator") for _ in range(3)]
    with writing(db.session()):
        db.session.execute(update(AccessToken).values(last_used_ts=now_ts() - LIFETIME_SECONDS))
    live = new_token("viewer")
    assert len(tokens()) == 2
    second = new_token("viewer")
    assert tokens() == {_digest(live), _digest(second)}
    assert not any(actor_by_token(DEVELOPER, one) for one in dead)
