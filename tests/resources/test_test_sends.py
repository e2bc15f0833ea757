"""The verbs behind the test button: bounded in number, in time and in what they hold."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from config import Settings
from extensions import db
from resources.test_sends import MOST, _places, send_test, send_test_of
from schemas.refusals import Busy, Forbidden, Invalid, Refusal, TooMany
from tests import answers
from tests.answers import Exchange
from tests.canary import Canary
from tests.receiver import Receiver
from tests.world import World, counts, seed_config


def test_no_transaction_is_open_while_the_receiver_thinks(world: World, receiver: Receiver) -> None:
    held: list[int] = []

    def look(exchange: Exchange) -> bool:
        held.append(pool.checkedout())  # type: ignore[attr-defined]
        exchange.send(answers.OK + b"Content-Length: 0\r\n\r\n")
        return False

    config, pool = world.config(url=receiver.plan("/hook", look)), db.engine.pool
    db.session.rollback()
    before = pool.checkedout()  # type: ignore[attr-defined]
    assert send_test(world.actor("owner"), config.id).attempt.status == 200
    assert held == [before]


def test_a_burst_does_not_outrun_the_count(app: Flask, world: World, receiver: Receiver, settings: Settings) -> None:
    settings.web_threads = 256
    config_id, actor = world.config(url=receiver.url("/hook")).id, world.actor("owner")
    db.session.rollback()
    together = threading.Barrier(16)

    def one(_: int) -> str:
        with app.app_context():
            together.wait(10)
            try:
                return send_test(actor, config_id).attempt.state
            except TooMany as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(16) as many:
        results = list(many.map(one, range(16)))
    assert (results.count("succeeded"), results.count("TooMany")) == (MOST, 16 - MOST)
    assert len(receiver.requests()) == MOST


def test_tests_that_wait_leave_most_threads_to_others(
    app: Flask, world: World, receiver: Receiver, settings: Settings
) -> None:
    settings.web_threads, settings.total_timeout = 8, 10.0
    _places.cache_clear()
    go_on = threading.Event()

    def wait(exchange: Exchange) -> bool:
        go_on.wait(10)
        exchange.send(answers.OK + b"Content-Length: 0\r\n\r\n")
        return False

    config_id, actor = world.config(url=receiver.plan("/hook", wait)).id, world.actor("owner")
    db.session.rollback()

    def one() -> str:
        with app.app_context():
            return send_test(actor, config_id).attempt.state

    with ThreadPoolExecutor(2) as two:
        waiting = [two.submit(one) for _ in range(2)]
        receiver.wait_for(2)
        with pytest.raises(Busy) as refusal:
            send_test(actor, config_id)
        go_on.set()
        assert [each.result(10) for each in waiting] == ["succeeded", "succeeded"]
    assert (refusal.value.status, refusal.value.retry_after) == (503, 5)
    assert send_test(actor, config_id).left == MOST - 3, "a refused one does not count"


def test_a_config_is_tried_before_it_is_saved_with_what_was_given_and_no_more(world: World, receiver: Receiver) -> None:
    fields = seed_config(world.here, url=receiver.url("/hook"), basic_auth_username="zoë", basic_auth_password="secret")
    tried = send_test_of(world.actor("operator"), fields)
    [request] = receiver.requests()
    assert (tried.attempt.state, tried.attempt.trigger) == ("succeeded", "operator")
    assert str(request.header("Authorization")).startswith("Basic ")
    assert str(request.header("webhook-signature")).startswith("v1,")
    assert counts()["PostbackConfig"] == 0


@pytest.mark.parametrize(
    ("name", "fields", "refusal"),
    [
        ("owner", {"url": "http://10.0.0.1/"}, Invalid),
        ("owner", {"url": "https://127.0.0.1:{}/", "resource": "nonsense"}, Invalid),
        ("owner", {"nonsense": 1}, Invalid),
        ("stranger", {}, Invalid),
        ("viewer", {}, Forbidden),
    ],
)
def test_what_could_not_be_saved_is_not_tried(
    world: World, canary: Canary, name: str, fields: dict[str, object], refusal: type[Refusal]
) -> None:
    wanted = {**seed_config(world.here), "url": "https://127.0.0.1:{}/", **fields}
    with pytest.raises(refusal):
        send_test_of(world.actor(name), {**wanted, "url": str(wanted["url"]).format(canary.port)})
    assert canary.connections == 0


def test_unsaved_ones_are_counted_by_location(world: World, receiver: Receiver) -> None:
    fields = seed_config(world.here, url=receiver.url("/hook"))
    for _ in range(MOST):
        send_test_of(world.actor("owner"), fields)
    with pytest.raises(TooMany):
        send_test_of(world.actor("owner"), fields)
    assert len(receiver.requests()) == MOST
