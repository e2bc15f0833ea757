"""People and a pump at the same delivery at once: whoever comes first wins, and it is sent once."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from extensions import db, settings
from models import WRITES, Attempt, Delivery, now_ms
from postbacks import claims
from postbacks.destinations import Destinations
from postbacks.due import due
from postbacks.encryption import Vault
from postbacks.pump import Pump
from postbacks.transport import CurlAdapter
from resources.access import Actor
from resources.retries import cancel_delivery, retry_delivery, send_now
from schemas.refusals import Conflict
from tests.postbacks.pumping import NobodyRings, never, posts
from tests.postbacks.sending import adapter
from tests.postbacks.tenant import Roomy
from tests.receiver import Receiver
from tests.ui.tried import delivery_of
from tests.world import World

PEOPLE = 4


def retry(actor: Actor, delivery_id: str) -> Delivery:
    return retry_delivery(actor, delivery_id, {})


VERBS: list[Callable[[Actor, str], Delivery]] = [retry, send_now, cancel_delivery]


def fares(world: World, act: Callable[[], object]) -> str:
    """How it ended for somebody who acts in a context of their own."""
    with world.app.app_context():
        try:
            act()
        except Conflict:
            return "Conflict"
        return "done"


def pump(wire: CurlAdapter) -> Pump:
    vault = Vault(settings().fernet_keys)
    return Pump(db.engine, wire, Destinations(vault), total_timeout=2.0, connections_per_config=8)


def test_several_people_retry_and_it_is_sent_once(world: World, receiver: Receiver) -> None:
    world.config(url=receiver.plan("/hook", 200))
    delivery_id = delivery_of(
        world, world.contact(), state="failed", attempts_made=1, next_attempt_ms=None, finished_ms=1
    ).id
    actor, barrier = world.actor("owner"), threading.Barrier(PEOPLE)
    db.session.rollback()

    def act(_number: int) -> str:
        barrier.wait()
        return fares(world, lambda: retry(actor, delivery_id))

    with ThreadPoolExecutor(PEOPLE) as pool:
        assert Counter(pool.map(act, range(PEOPLE))) == {"done": PEOPLE}
    with adapter() as wire:
        pump(wire).run(NobodyRings(), never)
    assert posts(receiver) == {delivery_id: 1}
    row = db.session.get_one(Delivery, delivery_id, populate_existing=True)
    assert (row.state, row.attempts_made, row.attempts_granted) == ("delivered", 2, 2)


@pytest.mark.parametrize("verb", VERBS)
def test_who_comes_while_a_claim_is_open_finds_it_taken(world: World, verb: Callable[[Actor, str], Delivery]) -> None:
    """The claim has found the row and not yet committed: the verb must wait for it, not overtake it."""
    delivery_id = delivery_of(world).id
    actor, ended = world.actor("owner"), []
    db.session.rollback()
    with db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        found, _ = due(connection, now_ms(), Roomy(8), None)
        other = threading.Thread(target=lambda: ended.append(fares(world, lambda: verb(actor, delivery_id))))
        other.start()
        other.join(0.3)
        assert (other.is_alive(), [one.id for one in found]) == (True, [delivery_id])
        claims.take(connection, found, "theirs", now_ms() + 60_000)
        claims.begin_attempts(connection, found, {found[0].config_id: "https://x.test/"}, now_ms())
    other.join(10)
    assert ended == ["Conflict"]
    row = db.session.get_one(Delivery, delivery_id, populate_existing=True)
    assert (row.state, row.lease_token, row.next_trigger) == ("sending", "theirs", None)


def test_verbs_and_a_pump_at_once_never_send_what_was_cancelled(world: World, receiver: Receiver) -> None:
    world.config(url=receiver.plan("/hook", 200))
    ids = [delivery_of(world, world.contact(last_name=f"J{number}")).id for number in range(24)]
    actor = world.actor("owner")
    db.session.rollback()

    def act(delivery_id: str) -> str:
        return fares(world, lambda: cancel_delivery(actor, delivery_id))

    with adapter() as wire, ThreadPoolExecutor(4) as pool:
        sending = pool.submit(lambda: pump_in_context(world, wire))
        how = dict(zip(ids, pool.map(act, ids), strict=True))
        sending.result(30)
    cancelled = {one for one, ended in how.items() if ended == "done"}
    assert posts(receiver) == dict.fromkeys(set(ids) - cancelled, 1)
    db.session.rollback()
    states = {one.id: one.state for one in db.session.query(Delivery)}
    assert states == {one: "cancelled" if one in cancelled else "delivered" for one in ids}
    assert {one.delivery_id for one in db.session.query(Attempt)} == set(ids) - cancelled


def pump_in_context(world: World, wire: CurlAdapter) -> None:
    with world.app.app_context():
        pump(wire).run(NobodyRings(), never)
