"""A person's verbs on one delivery: what each allows, refuses and leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest

from extensions import db
from models import Delivery, PostbackConfig, writing
from resources.access import Actor
from resources.retries import cancel_delivery, retry_delivery, send_now
from schemas.refusals import Conflict, Forbidden, Invalid, NotFound
from tests.ui.tried import delivery_of
from tests.world import World

Verb = Callable[[Actor, str], Delivery]


def retry(actor: Actor, delivery_id: str) -> Delivery:
    return retry_delivery(actor, delivery_id, {})


def force(actor: Actor, delivery_id: str) -> Delivery:
    return retry_delivery(actor, delivery_id, {"force": "1"})


VERBS: list[Verb] = [retry, force, send_now, cancel_delivery]


def standing(world: World, state: str, **columns: Any) -> Delivery:
    final = state in {"failed", "delivered", "cancelled"}
    times = {"next_attempt_ms": None, "finished_ms": 1} if final else {"next_attempt_ms": 1 << 42}
    return delivery_of(world, state=state, **{"attempts_made": 3, **times, **columns})


@pytest.mark.parametrize(
    ("verb", "state", "becomes"),
    [
        (retry, "failed", "waiting"),
        (retry, "cancelled", "waiting"),
        (force, "delivered", "waiting"),
        (force, "failed", "waiting"),
        (retry, "waiting", "waiting"),
        (send_now, "waiting", "waiting"),
        (cancel_delivery, "waiting", "cancelled"),
    ],
)
def test_what_a_verb_makes_of_it(world: World, verb: Verb, state: str, becomes: str) -> None:
    delivery = standing(world, state)
    changed = verb(world.actor("operator"), delivery.id)
    assert (changed.id, changed.state, changed.event.type) == (delivery.id, becomes, "CREATE")
    if becomes == "waiting":
        assert (changed.next_trigger, changed.attempts_granted) == ("operator", 4)
        assert (changed.next_attempt_ms or 0) < 1 << 42
    else:
        assert changed.reason == "operator cancelled it."


@pytest.mark.parametrize(
    ("verb", "state", "says"),
    [
        *[(verb, "sending", "at this moment") for verb in VERBS],
        (retry, "delivered", "with force"),
        *[(send_now, state, "Retry it") for state in ("failed", "cancelled", "delivered")],
        *[(cancel_delivery, state, f"already {state}") for state in ("failed", "cancelled", "delivered")],
    ],
)
def test_what_a_verb_refuses_and_why(world: World, verb: Verb, state: str, says: str) -> None:
    delivery = standing(world, state)
    with pytest.raises(Conflict, match=says):
        verb(world.actor("owner"), delivery.id)
    kept = db.session.get_one(Delivery, delivery.id, populate_existing=True)
    assert (kept.state, kept.next_trigger, kept.attempts_granted) == (state, None, 0)


@pytest.mark.parametrize(("columns", "says"), [({"is_active": False}, "Turn it on"), ({"deleted_ts": 1}, "deleted")])
def test_a_closed_config_is_said_to_be_closed(world: World, columns: dict[str, Any], says: str) -> None:
    delivery = standing(world, "failed")
    with writing(db.session()):
        for name, value in columns.items():
            setattr(db.session.get_one(PostbackConfig, delivery.postback_config_id), name, value)
    for verb in (retry, force, send_now):
        with pytest.raises(Conflict, match=says):
            verb(world.actor("owner"), delivery.id)
    assert db.session.get_one(Delivery, delivery.id, populate_existing=True).state == "failed"


def test_what_waits_for_a_closed_config_can_be_cancelled(world: World) -> None:
    delivery = standing(world, "waiting")
    with writing(db.session()):
        db.session.get_one(PostbackConfig, delivery.postback_config_id).is_active = False
    assert cancel_delivery(world.actor("owner"), delivery.id).state == "cancelled"


@pytest.mark.parametrize("verb", VERBS)
def test_who_may(world: World, verb: Verb) -> None:
    delivery = standing(world, "waiting")
    with pytest.raises(Forbidden):
        verb(world.actor("viewer"), delivery.id)
    for wanted in (delivery.id, "none", "a\x00b"):
        with pytest.raises(NotFound):
            verb(world.actor("stranger"), wanted)


def test_what_a_retry_may_not_be_told(world: World) -> None:
    delivery = standing(world, "failed")
    for fields in ({"force": "maybe"}, {"state": "waiting"}):
        with pytest.raises(Invalid):
            retry_delivery(world.actor("owner"), delivery.id, fields)
