import json

import pytest
from sqlalchemy import func, select, update

from extensions import db, settings
from models import Delivery, Inbox, InboxMessage, PostbackConfig, now_ts, writing
from postbacks.encryption import Vault
from postbacks.signing import key_of, new_secret, signature
from resources.inboxes import (
    KEPT,
    get_message,
    inbox_by_token,
    inbox_of,
    messages,
    receive,
    set_answer,
    signature_verdict,
)
from resources.postback_configs import rotate_secret
from schemas.refusals import Forbidden, Invalid, NotFound
from tests.world import World

BODY = b"type=CREATE&resource=contact&number_of_attempts=1&data=%7B%7D"


@pytest.fixture
def inbox(world: World) -> Inbox:
    return inbox_of(world.actor("owner"), world.here)


def delivery_to(world: World, config: PostbackConfig) -> Delivery:
    world.contact("head", location_id=config.location_id)
    found = db.session.scalar(select(Delivery).where(Delivery.postback_config_id == config.id))
    assert found
    return found


def signed(webhook_id: str, secret: str, body: bytes = BODY, timestamp: int = 1_700_000_000) -> dict[str, str]:
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature([key_of(secret)], webhook_id, timestamp, body),
    }


def secret_of(config: PostbackConfig) -> str:
    return Vault(settings().fernet_keys).decrypt(config.signing_secret)


def test_a_location_has_one_inbox_and_its_address_cannot_be_guessed(world: World, inbox: Inbox) -> None:
    assert inbox_of(world.actor("viewer"), world.here).id == inbox.id
    assert len(inbox.token) >= 24
    assert inbox_of(world.actor("stranger"), world.elsewhere).token != inbox.token


def test_strangers_do_not_learn_of_it(world: World, inbox: Inbox) -> None:
    with pytest.raises(NotFound):
        inbox_by_token(world.actor("stranger"), inbox.token)
    with pytest.raises(NotFound):
        inbox_of(world.actor("stranger"), world.here)
    for token in ("", "none", "\0", "' or 1=1"):
        with pytest.raises(NotFound):
            inbox_by_token(world.actor("owner"), token)
        with pytest.raises(NotFound):
            receive(token, [], b"")


def test_what_arrives_is_kept_as_it_came_with_credentials_masked(inbox: Inbox) -> None:
    body = b"\x00\xff<script>" + bytes(range(256))
    headers = [("Host", "h"), ("Authorization", "Basic c2VjcmV0"), ("Cookie", "secret"), ("X-Odd", 'ü"<b>')]
    assert receive(inbox.token, headers, body) == (200, 0.0)
    (message,) = messages(inbox).rows
    assert message.body == body
    assert json.loads(message.headers) == {"Host": "h", "Authorization": "***", "Cookie": "***", "X-Odd": 'ü"<b>'}
    assert "secret" not in message.headers.lower().replace("c2vjcmv0", "secret")
    assert (message.answered, message.signature) == (200, "missing")
    assert get_message(inbox, message.id).id == message.id


def test_the_newest_are_kept_each_inbox_by_itself(world: World, inbox: Inbox) -> None:
    other = inbox_of(world.actor("stranger"), world.elsewhere)
    receive(other.token, [], b"other")
    for number in range(KEPT + 3):
        receive(inbox.token, [], str(number).encode())
    kept = db.session.scalars(select(InboxMessage.body).where(InboxMessage.inbox_id == inbox.id)).all()
    assert sorted(map(int, kept)) == list(range(3, KEPT + 3))
    assert db.session.scalar(select(func.count()).where(InboxMessage.inbox_id == other.id)) == 1
    first = messages(inbox)
    assert first.rows[0].body == str(KEPT + 2).encode()
    assert first.older
    assert messages(inbox, first.older).rows[0].id < first.rows[-1].id


def test_a_message_of_another_inbox_is_not_found(world: World, inbox: Inbox) -> None:
    other = inbox_of(world.actor("stranger"), world.elsewhere)
    receive(other.token, [], b"other")
    for message_id in (messages(other).rows[0].id, "none", "\0", ""):
        with pytest.raises(NotFound):
            get_message(inbox, message_id)


@pytest.mark.parametrize(("answer", "gives"), [("200", (200, 0.0)), ("500", (500, 0.0)), ("slow", (200, 2.0))])
def test_it_answers_as_it_is_told(world: World, inbox: Inbox, answer: str, gives: tuple[int, float]) -> None:
    set_answer(world.actor("operator"), inbox.token, answer)
    assert receive(inbox.token, [], b"") == gives
    assert not db.session.registry.has() or not db.session().in_transaction(), "nothing is held while it waits"


def test_who_may_tell_it_what_to_answer(world: World, inbox: Inbox) -> None:
    with pytest.raises(Forbidden):
        set_answer(world.actor("viewer"), inbox.token, "500")
    with pytest.raises(NotFound):
        set_answer(world.actor("stranger"), inbox.token, "500")
    with pytest.raises(Invalid):
        set_answer(world.actor("owner"), inbox.token, "302")


def test_a_signature_is_checked_against_the_delivery_it_names(world: World, inbox: Inbox) -> None:
    config = world.config()
    delivery = delivery_to(world, config)
    good = signed(delivery.id, secret_of(config))
    verdicts = {
        "verified": good,
        "wrong": signed(delivery.id, new_secret()),
        "missing": {"webhook-id": delivery.id},
        "unknown": signed("no-such-delivery", new_secret()),
    }
    for verdict, headers in verdicts.items():
        receive(inbox.token, [(name.title(), value) for name, value in headers.items()], BODY)
        assert messages(inbox).rows[0].signature == verdict
    assert signature_verdict(good, BODY + b"x", world.here) == "wrong"


def test_a_test_is_known_by_the_secret_of_any_config_of_the_location(world: World, inbox: Inbox) -> None:
    config, there = world.config(), world.config("head", location_id=world.elsewhere)
    world.config()
    secret = secret_of(config)
    assert signature_verdict(signed("test_1", secret), BODY, world.here) == "verified"
    assert signature_verdict(signed("test_1", secret), BODY + b"x", world.here) == "unknown"
    assert signature_verdict(signed("test_1", secret_of(there)), BODY, world.here) == "unknown"
    assert signature_verdict(signed("1", secret), BODY, world.here) == "unknown", "the mark is part of what is signed"


@pytest.mark.parametrize("timestamp", ["", "x", "²", "-1", "1.5", "9" * 5000])
def test_a_strange_timestamp_is_only_wrong(world: World, inbox: Inbox, timestamp: str) -> None:
    delivery = delivery_to(world, world.config())
    headers = {**signed(delivery.id, new_secret()), "webhook-timestamp": timestamp}
    assert signature_verdict(headers, BODY, world.here) == "wrong"


def test_both_secrets_count_while_one_rotates(world: World, inbox: Inbox) -> None:
    config = world.config()
    delivery = delivery_to(world, config)
    old = signed(delivery.id, secret_of(config))
    _, secret = rotate_secret(world.actor("owner"), config.id)
    assert signature_verdict(signed(delivery.id, secret), BODY, world.here) == "verified"
    assert signature_verdict(old, BODY, world.here) == "verified"
    with writing(db.session()):
        db.session.execute(update(PostbackConfig).values(previous_secret_until_ts=now_ts() - 1))
    db.session.expire_all()
    assert signature_verdict(old, BODY, world.here) == "wrong"


def test_nobody_learns_which_deliveries_others_have(world: World, inbox: Inbox) -> None:
    config = world.config("stranger", location_id=world.elsewhere)
    delivery = delivery_to(world, config)
    assert signature_verdict(signed(delivery.id, new_secret()), BODY, world.here) == "unknown"
    assert signature_verdict(signed(delivery.id, secret_of(config)), BODY, world.here) == "verified"


def test_a_secret_under_a_lost_key_proves_nothing(world: World, inbox: Inbox) -> None:
    config = world.config()
    delivery = delivery_to(world, config)
    good = signed(delivery.id, secret_of(config))
    with writing(db.session()):
        db.session.execute(update(PostbackConfig).values(signing_secret=b"gibberish"))
    db.session.expire_all()
    assert signature_verdict(good, BODY, world.here) == "wrong"
