"""Figures of configs: right, and at a price that grows neither with the configs nor with what they sent."""

import pytest
from flask import Flask
from sqlalchemy import event, select

from extensions import db
from models import Delivery, Event, PostbackConfig, first_id_at, wall_ms, writing
from resources import config_health
from resources.hours import HOUR_MS, hours_of_configs
from tests.world import World


def sent(world: World, config: PostbackConfig, *fates: str, hours_ago: int = 0) -> list[str]:
    """Deliveries of this config, oldest first: each tried once, and in this state since; their ids."""
    start = wall_ms() - hours_ago * HOUR_MS - 60_000
    happened = Event(location_id=world.here, resource="contact", record_id="r", type="CREATE", data="{}")
    ids = [f"{first_id_at(start + place)[:18]}{config.id[-6:]}" for place in range(len(fates))]
    with writing(db.session()):
        db.session.add(happened)
        db.session.flush()
        for id_, fate in zip(ids, fates, strict=True):
            state, _, tried = fate.partition(" ")
            delivery = Delivery(id=id_, event_id=happened.id, postback_config_id=config.id, location_id=world.here)
            delivery.state, delivery.attempts_made, delivery.reason = state, 0 if tried else 1, f"It {state}."
            db.session.add(delivery)
    return ids


@pytest.mark.parametrize(
    ("fates", "verdict"),
    [
        ([], None),
        (["delivered"], None),
        (["failed"], (1, 1)),
        (["failed", "delivered"], None),
        (["delivered", "failed"], (1, 2)),
        (["delivered", "delivered", "failed"], None),
        (["failed"] * 20, (10, 10)),
        (["failed", "failed", "cancelled", "waiting untried"], (2, 2)),
        (["delivered"] * 9 + ["failed"] * 5, (5, 10)),
        (["waiting"], (1, 1)),
    ],
)
def test_failing_is_who_does_not_get_through_of_late(
    world: World, fates: list[str], verdict: tuple[int, int] | None
) -> None:
    config = world.config()
    ids = sent(world, config, *fates)
    found = config_health.failing(world.actor("viewer"), config)
    assert (found and (found.failed, found.tried)) == verdict
    if found:
        bad = [id_ for id_, fate in zip(ids, fates, strict=True) if fate in {"failed", "waiting"}]
        assert found.delivery_id == bad[-1]
        assert found.reason == f"It {'waiting' if fates[-1] == 'waiting' else 'failed'}."


def test_what_is_turned_off_is_not_failing(world: World) -> None:
    config = world.config(is_active="0")
    sent(world, config, "failed")
    assert config_health.failing_configs(world.actor("viewer"), [config]) == {}


def test_rates_are_of_what_ended_in_seven_days(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    config, idle, other = world.config(), world.config(), world.config()
    sent(world, config, "failed", "failed", hours_ago=8 * 24)
    sent(world, config, "failed", "delivered", "delivered", "delivered", "waiting", "cancelled", hours_ago=3)
    sent(world, other, "delivered")
    rates = config_health.failure_rates([config, idle, other])
    rate = rates[config.id]
    assert (rate.failed, rate.ended, rate.percent, rate.of_the_newest) == (1, 4, 25, False)
    assert rates[other.id].failed == 0
    assert idle.id not in rates
    monkeypatch.setattr(config_health, "RATED", 4)
    partial = config_health.failure_rates([config])[config.id]
    assert (partial.failed, partial.ended, partial.of_the_newest) == (0, 2, True)


def test_waiting_is_counted_up_to_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    config, other = world.config(), world.config()
    sent(world, config, "waiting", "waiting", "sending", "failed", "waiting")
    sent(world, other, "waiting")
    assert config_health.count_waiting(config.id) == 3
    monkeypatch.setattr(config_health, "MOST_WAITING", 1)
    assert config_health.count_waiting(config.id) == 2, "one more than the most says that there are more"


def test_the_newest_delivery_of_each(world: World) -> None:
    config, other, idle = world.config(), world.config(), world.config()
    *_, newest = sent(world, config, "delivered", "failed")
    (only,) = sent(world, other, "waiting", hours_ago=30)
    found = config_health.last_deliveries([config, other, idle])
    assert {id_: delivery.id for id_, delivery in found.items()} == {config.id: newest, other.id: only}
    assert [one.id for one in config_health.recent_deliveries(config.id, 1)] == [newest]


def test_many_configs_take_as_many_queries_as_one(app: Flask, world: World) -> None:
    configs = [world.config() for _ in range(12)]
    for config in configs:
        sent(world, config, "delivered", "failed")

    configs, actor = list(db.session.scalars(select(PostbackConfig))), world.actor("viewer")

    def queries(some: list[PostbackConfig]) -> int:
        seen: list[str] = []
        note = lambda *told: seen.append(told[2])  # noqa: E731 - taken off again below
        event.listen(db.engine, "before_cursor_execute", note)
        config_health.last_deliveries(some)
        config_health.failing_configs(actor, some)
        config_health.failure_rates(some)
        hours_of_configs([config.id for config in some])
        event.remove(db.engine, "before_cursor_execute", note)
        return len([statement for statement in seen if statement.lstrip().startswith(("SELECT", "WITH"))])

    queries(configs[:1])  # what the actor may is looked up once
    assert queries(configs) == queries(configs[:1]) <= 8
