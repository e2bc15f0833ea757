import pytest
from sqlalchemy import select, update

from extensions import db
from models import AccessToken, AuditEntry, Developer, User, now_ts, writing
from resources.credentials import create_developer
from resources.sign_in import FAILURES_PER_ACCOUNT_AND_ADDRESS, SignInRefused, SignInThrottled, sign_in
from resources.tokens import LIFETIME_SECONDS, actor_by_token, create_token, delete_token, note_token_use
from resources.users import set_password, update_user
from schemas.refusals import NotFound
from tests.world import DEVELOPER, World

RIGHT, HOME, AWAY = "correct horse", "192.0.2.7", "192.0.2.8"


@pytest.fixture
def token(world: World) -> str:
    set_password(world.users["operator"].id, RIGHT)
    return made("operator")


def made(username: str, password: str = RIGHT, address: str = HOME) -> str:
    return str(create_token(DEVELOPER, {"username": username, "password": password}, address)["token"])


def opens(token: str, developer_id: str = DEVELOPER) -> bool:
    db.session.rollback()
    return actor_by_token(developer_id, token) is not None


def age(seconds: int) -> None:
    with writing(db.session()):
        db.session.execute(update(AccessToken).values(last_used_ts=now_ts() - seconds))


def last_used() -> int:
    db.session.rollback()
    return db.session.scalars(select(AccessToken.last_used_ts)).one()


def test_a_token_acts_as_its_user_for_the_program_that_asked(world: World, token: str) -> None:
    opened = actor_by_token(DEVELOPER, token, "r-1")
    assert opened is not None
    actor, operator = opened[0], world.users["operator"]
    assert (actor.user_id, actor.username, actor.request_id) == (operator.id, "operator", "r-1")
    assert [grant.location_id for grant in actor.grants] == [world.here]
    assert not opens(token, create_developer("Another").id)
    for wrong in ("", "\0", "\ud800", token + "x"):
        assert not opens(wrong)
        assert not opens(token, wrong)


def test_a_token_is_random_and_stored_as_its_digest_only(token: str) -> None:
    assert len(token) >= 43
    assert made("operator") != token
    row = db.session.scalars(select(AccessToken)).first()
    assert token not in {str(getattr(row, column.name)) for column in AccessToken.__table__.columns}


def test_it_dies_fifteen_minutes_after_its_last_use(token: str) -> None:
    age(LIFETIME_SECONDS - 5)
    opened = actor_by_token(DEVELOPER, token)
    assert opened is not None
    note_token_use(token, opened[1])
    assert last_used() == pytest.approx(now_ts(), abs=3)
    age(LIFETIME_SECONDS)
    assert not opens(token)


def test_use_is_written_down_every_thirty_seconds_at_most(token: str) -> None:
    age(20)
    noted = last_used()
    note_token_use(token, noted)
    assert last_used() == noted
    age(40)
    note_token_use(token, last_used())
    assert last_used() == pytest.approx(now_ts(), abs=3)


def test_dead_tokens_are_swept_away_by_the_next(token: str) -> None:
    age(LIFETIME_SECONDS + 1)
    made("operator")
    assert len(db.session.scalars(select(AccessToken)).all()) == 1


@pytest.mark.parametrize("what", ["user", "developer", "password", "inactive"])
def test_what_was_withdrawn_opens_nothing(world: World, token: str, what: str) -> None:
    operator = world.users["operator"].id
    if what == "password":
        set_password(operator, "battery staple")
    elif what == "inactive":
        update_user(world.actor("owner"), operator, {"is_active": "0"})
    else:
        with writing(db.session()):
            if what == "user":
                db.session.get_one(User, operator).is_active = False
            else:
                db.session.get_one(Developer, DEVELOPER).is_active = False
    assert not opens(token)


def test_a_token_is_given_back_by_its_own_user_only(world: World, token: str) -> None:
    with pytest.raises(NotFound):
        delete_token(world.actor("head"), token)
    assert opens(token)
    delete_token(world.actor("operator"), token)
    assert not opens(token)
    with pytest.raises(NotFound):
        delete_token(world.actor("operator"), token)


def test_guesses_count_through_either_door(world: World, token: str) -> None:
    for number in range(FAILURES_PER_ACCOUNT_AND_ADDRESS):
        with pytest.raises(SignInRefused):
            made("operator", "wrong horse") if number % 2 else sign_in("operator", "wrong horse", HOME)
    for door in (made, sign_in):
        with pytest.raises(SignInThrottled) as throttled:
            door("operator", RIGHT, HOME)
        assert throttled.value.retry_after == throttled.value.wait_seconds > 0
    assert made("operator", RIGHT, AWAY), "the person elsewhere is not locked out"


def test_unknown_users_and_users_without_a_password_are_refused_alike(world: World) -> None:
    for username in ("nobody", "owner", "\0", "x" * 1000):
        with pytest.raises(SignInRefused) as refused:
            made(username)
        assert refused.value.message == SignInRefused().message


def test_a_program_may_have_a_token(world: World) -> None:
    set_password(world.users["program"].id, RIGHT)
    assert opens(made("program"))


def test_taking_and_giving_back_a_token_is_on_record(world: World, token: str) -> None:
    opened = actor_by_token(DEVELOPER, token)
    assert opened is not None
    delete_token(opened[0], token)
    db.session.rollback()
    wanted = select(AuditEntry).where(AuditEntry.username == "operator").order_by(AuditEntry.id)
    taken, given = db.session.scalars(wanted)
    assert [(one.action, one.resource, one.developer_id) for one in (taken, given)] == [
        ("sign_in", "user", DEVELOPER),
        ("sign_out", "user", DEVELOPER),
    ]
    assert taken.credential == given.credential == opened[0].credential
    assert token not in str([taken.credential, taken.changes])
