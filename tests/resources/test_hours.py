"""Deliveries by the hour."""

from typing import Any

from extensions import db
from models import Delivery, Event, PostbackConfig, first_id_at, wall_ms, writing
from resources.hours import (
    HOUR_MS,
    Limits,
    hours_of_config,
    hours_of_configs,
    hours_of_location,
    hours_until,
    newest_of_configs,
)
from tests.world import World


def delivered_in(world: World, config: PostbackConfig, hours_ago: int, *latencies: int | str) -> None:
    """Deliveries made in an earlier hour: a number delivered after that many milliseconds, a word in that state."""
    start = hours_until(wall_ms())[-1 - hours_ago]
    event = Event(location_id=world.here, resource="contact", record_id="r", type="CREATE", data="{}")
    with writing(db.session()):
        db.session.add(event)
        db.session.flush()
        for place, fate in enumerate(latencies):
            db.session.add(
                Delivery(event_id=event.id, postback_config_id=config.id, **_made(world, start + place, fate))
            )


def _made(world: World, ms: int, fate: int | str) -> dict[str, Any]:
    state, took = ("delivered", fate) if isinstance(fate, int) else (fate, None)
    columns = {"location_id": world.here, "state": state, "created_ms": ms}
    return {"id": first_id_at(ms), "finished_ms": None if took is None else ms + took, **columns}


def test_each_outcome_is_counted_in_the_hour_of_its_making(world: World) -> None:
    config = world.config()
    delivered_in(world, config, 0, 10, "waiting", "sending", "cancelled")
    delivered_in(world, config, 5, "failed", "failed", 30)
    delivered_in(world, config, 23, 7)
    hours = hours_of_config(config.id)
    assert len(hours) == 24
    now, five, first = hours[-1], hours[-6], hours[0]
    assert (now.delivered, now.failed, now.open, now.cancelled) == (1, 0, 2, 1)
    assert (five.delivered, five.failed, five.total) == (1, 2, 3)
    assert (first.delivered, first.total) == (1, 1)
    assert sum(hour.total for hour in hours) == 8
    assert [hour.start_ms for hour in hours] == hours_until(wall_ms())
    assert now.start_ms - first.start_ms == 23 * HOUR_MS


def test_latencies_are_those_that_the_share_stayed_within(world: World) -> None:
    config = world.config()
    delivered_in(world, config, 1, *range(10, 210, 10), "failed")
    hour = hours_of_config(config.id)[-2]
    assert (hour.p50_ms, hour.p95_ms) == (100, 190)
    assert hours_of_config(config.id)[-1].p50_ms is None


def test_an_hour_too_full_is_reckoned_from_its_newest(world: World) -> None:
    config = world.config()
    delivered_in(world, config, 2, *["failed"] * 10, *[5] * 6, "failed", "failed")
    hour = hours_of_configs([config.id], Limits(looked_at=8, counted=100))[config.id][-3]
    assert (hour.delivered, hour.failed, hour.total, hour.estimated) == (14, 4, 18, True)
    assert not hour.more
    bounded = hours_of_configs([config.id], Limits(looked_at=8, counted=12))[config.id][-3]
    assert (bounded.total, bounded.estimated, bounded.more) == (12, True, True)
    newest = newest_of_configs([config.id], wall_ms() - 5 * HOUR_MS, 8)[config.id]
    assert (newest.delivered, newest.failed, newest.estimated) == (6, 2, True)
    whole = hours_of_config(config.id)[-3]
    assert (whole.delivered, whole.failed, whole.estimated) == (6, 12, False)


def test_configs_keep_to_themselves_and_a_location_has_all(world: World) -> None:
    first, second, idle = world.config(), world.config(), world.config()
    delivered_in(world, first, 1, 10, 20)
    delivered_in(world, second, 2, "failed")
    found = hours_of_configs([first.id, second.id, idle.id])
    assert (found[first.id][-2].delivered, found[second.id][-3].failed) == (2, 1)
    assert {id_: sum(hour.total for hour in hours) for id_, hours in found.items()} == {
        first.id: 2,
        second.id: 1,
        idle.id: 0,
    }
    there = hours_of_location(world.here)
    assert (there[-2].delivered, there[-3].failed) == (2, 1)
    week = newest_of_configs([first.id, second.id, idle.id], hours_until(wall_ms())[-2], 100)
    assert {id_: (newest.delivered, newest.estimated) for id_, newest in week.items()} == {first.id: (2, False)}
    assert hours_of_configs([]) == {}
