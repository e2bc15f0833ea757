"""/v2/postbackreplays: counted, asked for, watched, paused, resumed, cancelled."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from extensions import db
from models import Delivery, Event, PostbackReplay, now_ms, writing
from tests.world import World

PATH = "postbackreplays"
UNKNOWN = ["postback_config_id provided is not valid"]


def failed(world: World, count: int = 3) -> str:
    """A config's id, and that many failed deliveries of it."""
    config = world.config()
    for number in range(count):
        world.contact(last_name=f"Jones {number}")
    with writing(db.session()):
        for delivery in db.session.scalars(select(Delivery)):
            delivery.state, delivery.next_attempt_ms = "failed", None
            delivery.finished_ms, delivery.last_status, delivery.reason_code = now_ms(), 500, "http_status"
    return config.id


def ask(world: World, name: str = "owner", **fields: Any) -> TestResponse:
    wanted = {"location_id": world.here, **({} if "skipped" in fields else {"status": "failed"}), **fields}
    return world.api(name).post(PATH, {"postbackreplay": wanted})


def asked(world: World, **fields: Any) -> dict[str, Any]:
    answer = ask(world, **fields)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.get_json()["postbackreplay"]
    return shown


def stored() -> int:
    db.session.rollback()
    return db.session.query(PostbackReplay).count()


def test_a_dry_run_is_only_counted(world: World) -> None:
    failed(world)
    answer = ask(world, dry_run="1", code="500|599", type="CREATE", rate=7)
    assert (answer.status_code, stored()) == (200, 0)
    assert answer.get_json()["postbackreplay"] == {
        "location_id": world.here, "postback_config_id": None, "status": "failed", "skipped": None, "code": "500|599",
        "reason_code": None, "resource": None, "type": "CREATE", "created_ts_from": None, "created_ts_to": None,
        "rate": 7, "total": 3,
    }  # fmt: skip


def test_a_replays_life(world: World) -> None:
    config_id = failed(world)
    shown = asked(world, postback_config_id=config_id, rate="20", created_ts_from=1, created_ts_to=now_ms() // 1000)
    assert (shown["state"], shown["total"], shown["done"], shown["rate"]) == ("running", 3, 0, 20)
    assert (shown["created_by"], shown["created_user_id"]) == ("owner", world.users["owner"].id)
    assert shown["outcomes"] == dict.fromkeys(("waiting", "sending", "delivered", "failed", "cancelled"), 0)
    path = f"{PATH}/{shown['id']}"
    assert shown["_links"]["self"]["href"] == f"http://postbacks.test/v2/{path}"

    steps = [("pause", "paused"), ("pause", None), ("resume", "running"), ("resume", None), ("pause", "paused"),
             ("cancel", "cancelled"), ("cancel", None), ("resume", None)]  # fmt: skip
    state = "running"
    for verb, becomes in steps:
        answer = world.api("operator").post(f"{path}/{verb}")
        assert answer.status_code == (200 if becomes else 409)
        if becomes:
            state = becomes
            moved = answer.get_json()["postbackreplay"]
            assert (moved["state"], "operator" in moved["reason"]) == (state, True)
        else:
            assert f"is {state};" in answer.get_json()["message"]
    ended = world.api("viewer").get(path).get_json()["postbackreplay"]
    assert (ended["state"], ended["reason"], ended["finished_ts"] > 0) == ("cancelled", "Cancelled by operator.", True)


def test_where_nothing_matches_it_is_over_at_once(world: World) -> None:
    shown = asked(world)
    assert (shown["total"], shown["state"], shown["reason"]) == (0, "finished", "There was nothing to send.")


def test_progress_tells_how_they_stand(world: World) -> None:
    failed(world, 4)
    shown = asked(world)
    with writing(db.session()):
        states = ["delivered", "delivered", "waiting"]
        for delivery, state in zip(db.session.scalars(select(Delivery)), states, strict=False):
            delivery.state, delivery.replay_id = state, shown["id"]
        db.session.get_one(PostbackReplay, shown["id"]).done = 3
    now = world.api("viewer").get(f"{PATH}/{shown['id']}").get_json()["postbackreplay"]
    assert (now["total"], now["done"]) == (4, 3)
    assert {state: number for state, number in now["outcomes"].items() if number} == {"delivered": 2, "waiting": 1}
    listed = world.api("viewer").get(PATH, expand="outcomes").get_json()["postbackreplays"]
    assert [one["outcomes"] for one in listed] == [now["outcomes"]]
    found = world.api("viewer").get("postbackdeliveries", replay_id=shown["id"]).get_json()["postbackdeliveries"]
    assert {one["replay_id"] for one in found} == {shown["id"]}
    assert len(found) == 3


def test_skipped_events_are_counted_by_the_configs_that_ask_now(world: World) -> None:
    config = world.config(is_active="0")
    world.contact()
    assert ask(world, skipped="inactive_config", dry_run=1).get_json()["postbackreplay"]["total"] == 0
    world.api().put(f"postbackconfigs/{config.id}", {"postbackconfig": {"is_active": "1"}})
    world.config()
    assert ask(world, skipped="inactive_config", dry_run=1).get_json()["postbackreplay"]["total"] == 2
    assert ask(world, skipped="no_config", dry_run=1).get_json()["postbackreplay"]["total"] == 0
    with writing(db.session()):
        db.session.scalars(select(Event)).one().skipped_reason = "no_config"
    assert ask(world, skipped="no_config, inactive_config", dry_run=1).get_json()["postbackreplay"]["total"] == 2


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2), ({"state": "running"}, 1), ({"state": "paused,finished"}, 1), ({"rate": "20"}, 1),
        ({"code": "404"}, 1), ({"created_by": "own"}, 2), ({"created_ts": "today"}, 2),
        ({"created_ts_from": "2999-01-01"}, 0), ({"finished_ts_from": "1"}, 1), ({"total": "0"}, 1),
        ({"location_id": "elsewhere-of-the-tests"}, 0),
    ],
)  # fmt: skip
def test_replays_are_listed_and_filtered(world: World, query: dict[str, str], count: int) -> None:
    failed(world, 1)
    asked(world, rate=20)
    asked(world, code="404")
    answer = world.api("viewer").get(PATH, **query)
    assert (answer.status_code, answer.get_json()["meta"]["pagination"]["totalCount"]) == (200, count)


def test_who_may(world: World) -> None:
    failed(world, 1)
    path = f"{PATH}/{asked(world)['id']}"
    for verb in ("", "/pause", "/resume", "/cancel"):
        assert world.app.test_client().post(f"/v2/{path}{verb}").status_code == (401 if verb else 405)
    assert world.app.test_client().post(f"/v2/{PATH}").status_code == 401
    for name, status in (("viewer", 403), ("stranger", 404)):
        assert [world.api(name).post(f"{path}/{verb}").status_code for verb in ("pause", "resume", "cancel")] == (
            [status] * 3
        )
    assert world.api("stranger").get(path).status_code == 404
    assert world.api("stranger").get(PATH).get_json()["postbackreplays"] == []
    assert world.api("owner").get(f"{PATH}/none").status_code == 404
    assert ask(world, "viewer").status_code == 403
    assert ask(world, "stranger").get_json()["errors"] == {"location_id": ["location_id provided is not valid"]}
    assert ask(world, location_id=world.root).status_code == 422
    assert ask(world, "head", location_id=world.root).status_code == 201


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ""}, {"status": "waiting"}, {"status": "delivered"}, {"status": "failed,delivered", "force": "0"},
        {"skipped": "yes"}, {"skipped": "no_config", "status": None, "code": "500"}, {"code": "5xx"}, {"code": "500|"},
        {"code": "99"}, {"reason_code": "a b"}, {"resource": "x" * 300}, {"type": "MOVE"}, {"created_ts_from": "soon"},
        {"created_ts_from": 20, "created_ts_to": 19}, {"rate": 0}, {"rate": 1001}, {"rate": None}, {"dry_run": "maybe"},
        {"location_id": None}, {"postback_config_id": "none"}, {"unknown": 1}, {"status": ["failed"]}, {"code": 1.5},
    ],
)  # fmt: skip
def test_what_it_may_not_be_told(world: World, fields: dict[str, Any]) -> None:
    answer = ask(world, **fields)
    assert (answer.status_code, stored()) == (422, 0)
    assert answer.get_json()["errors"]


def test_the_config_must_lie_there_and_be_on(world: World) -> None:
    off, gone = world.config(is_active="0"), world.config()
    world.api().delete(f"postbackconfigs/{gone.id}")
    assert ask(world, postback_config_id=gone.id).get_json()["errors"]["postback_config_id"] == UNKNOWN
    assert "turn it on" in ask(world, postback_config_id=off.id).get_json()["errors"]["postback_config_id"][0]
    beside = ask(world, "head", location_id=world.elsewhere, postback_config_id=off.id)
    assert beside.get_json()["errors"]["postback_config_id"] == UNKNOWN


def test_what_was_delivered_is_sent_again_by_force(world: World) -> None:
    failed(world, 2)
    with writing(db.session()):
        for delivery in db.session.scalars(select(Delivery)):
            delivery.state = "delivered"
    assert asked(world, status="delivered", force="1")["total"] == 2


@pytest.mark.parametrize("dry_run", ["0", "1"])
def test_what_cannot_be_embedded_is_refused_before_anything_begins(world: World, dry_run: str) -> None:
    failed(world)
    wanted = {"postbackreplay": {"location_id": world.here, "status": "failed", "dry_run": dry_run}}
    answer = world.api().post(PATH, wanted, expand="nothing_of_ours")
    assert (answer.status_code, list(answer.get_json()["errors"]), stored()) == (422, ["expand"], 0)


def test_what_cannot_be_embedded_leaves_a_replay_as_it_is(world: World) -> None:
    failed(world)
    replay = asked(world)
    assert world.api().post(f"{PATH}/{replay['id']}/pause", expand="nothing_of_ours").status_code == 422
    assert world.api().get(f"{PATH}/{replay['id']}").get_json()["postbackreplay"]["state"] == "running"
