from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from extensions import db
from models import IdempotencyKey, KeyState, now_ts, writing
from resources import pruning
from resources.idempotency import CLAIM_SECONDS, KEPT_SECONDS, Claim, carrying, claim, give_back
from schemas.refusals import Conflict
from tests.world import World, counts, seed_config


def post(world: World, key: str, path: str = "contacts", *, who: str = "owner", **fields: object) -> TestResponse:
    body = {"contact": {"last_name": "Jones", "location_id": world.here, **fields}}
    headers = {**world.headers(who), "Idempotency-Key": key}
    return world.app.test_client().post(f"/v2/{path}", json=body, headers=headers)


def stored() -> list[IdempotencyKey]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(IdempotencyKey).order_by(IdempotencyKey.id)))


def contacts() -> int:
    return counts()["Contact"]


def age(seconds: int, **values: Any) -> None:
    """Let the stored keys be so much older."""
    with writing(db.session()):
        then = now_ts() - seconds
        db.session.execute(update(IdempotencyKey).values(created_ts=then, claimed_ts=then, **values))


def test_a_repetition_is_given_the_first_answer_and_does_nothing(world: World) -> None:
    first, again = post(world, "a"), post(world, "a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert contacts() == 1


@pytest.mark.parametrize(("path", "fields"), [("contacts", {"city": "Oslo"}), ("contacts?expand=location", {})])
def test_another_request_under_the_key_is_refused(world: World, path: str, fields: dict[str, str]) -> None:
    post(world, "a")
    refused = post(world, "a", path, **fields)
    assert refused.status_code == 422
    assert refused.json is not None
    assert list(refused.json["errors"]) == ["Idempotency-Key"]
    assert contacts() == 1


def test_a_key_is_its_users_own(world: World) -> None:
    assert [post(world, "a", who=who).status_code for who in ("owner", "operator")] == [201, 201]
    assert contacts() == 2


def test_a_refusal_is_kept_like_any_answer(world: World) -> None:
    first, again = post(world, "a", last_name=""), post(world, "a", last_name="")
    assert (first.status_code, again.status_code, again.data) == (422, 422, first.data)


@pytest.mark.parametrize("key", ["", " ", "ü", "a b", "k" * 256])
def test_what_is_no_key(world: World, key: str) -> None:
    refused = post(world, key)
    assert refused.status_code == 422
    assert refused.json is not None
    assert list(refused.json["errors"]) == ["Idempotency-Key"]
    assert contacts() == 0


def test_the_longest_key(world: World) -> None:
    assert post(world, "~" * 255).status_code == 201


def test_a_request_without_a_key_leaves_none(world: World) -> None:
    assert world.api().post("contacts", {"contact": {}}).status_code == 422
    assert stored() == []


def test_many_at_once_make_one_record(world: World) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(world, "a"), range(20)))
    made = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.data for answer in made} == {made[0].data}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in made) == 1
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
    assert contacts() == 1


def test_a_secret_shown_once_is_not_stored_in_clear(world: World) -> None:
    headers = {**world.headers("owner"), "Idempotency-Key": "a"}
    path, body = "/v2/postbackconfigs?expand=signing_secret", {"postbackconfig": seed_config(world.here)}
    first, again = (world.app.test_client().post(path, json=body, headers=headers) for _ in range(2))
    assert first.json is not None
    assert again.data == first.data
    [kept] = stored()
    assert kept.answer is not None
    assert first.json["postbackconfig"]["signing_secret"].encode() not in kept.answer


def test_a_claim_whose_process_died_before_the_commit_is_taken_over(world: World) -> None:
    post(world, "a")
    with writing(db.session()):
        db.session.execute(update(IdempotencyKey).values(state=KeyState.RUNNING.value, answer=None))
    running = post(world, "a")
    assert (running.status_code, running.headers["Retry-After"]) == (409, "1")
    age(CLAIM_SECONDS)
    assert post(world, "a").status_code == 201
    assert contacts() == 2  # the first one stands for what another test would call "never committed"


def test_a_change_whose_answer_was_lost_is_not_made_again(world: World) -> None:
    post(world, "a")
    age(CLAIM_SECONDS, state=KeyState.DONE.value, answer=None)
    lost = post(world, "a")
    assert lost.status_code == 409
    assert lost.json is not None
    assert "was carried out" in lost.json["message"]
    assert contacts() == 1


def test_of_two_who_hold_a_key_only_one_commits(world: World) -> None:
    actor = world.actor("owner")
    first = claim(actor, "a", "0" * 64)
    assert isinstance(first, Claim)
    age(CLAIM_SECONDS)
    assert isinstance(claim(actor, "a", "0" * 64), Claim)
    before = counts()
    with pytest.raises(Conflict), carrying(first):
        world.contact()
    assert counts() == before


def test_the_change_and_its_mark_are_committed_together(world: World) -> None:
    held = claim(world.actor("owner"), "a", "0" * 64)
    assert isinstance(held, Claim)
    with carrying(held):
        world.contact()
    assert [key.state for key in stored()] == [KeyState.DONE]
    world.contact()
    assert contacts() == 2


def test_what_is_given_back_may_be_claimed_again(world: World) -> None:
    actor = world.actor("owner")
    held = claim(actor, "a", "0" * 64)
    assert isinstance(held, Claim)
    give_back(held)
    assert stored() == []
    again = claim(actor, "a", "0" * 64)
    assert isinstance(again, Claim)
    with carrying(again):
        world.contact()
    give_back(again)  # too late: something was committed under it
    assert [key.state for key in stored()] == [KeyState.DONE]


def test_what_was_kept_for_a_day_is_forgotten_and_removed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 2)
    post(world, "a")
    age(1)
    for key in "bc":
        post(world, key)
    with writing(db.session()):
        db.session.execute(update(IdempotencyKey).values(created_ts=IdempotencyKey.created_ts - KEPT_SECONDS))
    assert post(world, "c").status_code == 201
    left = [key.key for key in stored()]
    assert "c" in left
    assert len(left) <= 2, "two of the three that were forgotten are gone, whichever the store came upon"
    assert contacts() == 4
