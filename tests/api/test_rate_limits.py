import pytest
from flask import Flask

from config import Settings
from jobs.counters import Counters
from tests.valkey import Valkey
from tests.world import World, new_world


@pytest.fixture
def limited(app: Flask, settings: Settings) -> World:
    """A world in which each credential may ask three times in a day."""
    settings.rate_limit = "3/86400"
    return new_world(app)


pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_without_a_setting_nothing_is_limited(world: World) -> None:
    assert "RateLimit" not in world.api().get("contacts").headers


def test_what_is_too_much_is_refused_and_says_when_to_come_back(limited: World) -> None:
    answers = [limited.api().get("contacts") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"default";q=3;w=86400'}
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 86400
    assert f"t={answers[3].headers['Retry-After']}" in answers[3].headers["RateLimit"]


def test_each_credential_is_counted_by_itself(limited: World) -> None:
    for _ in range(4):
        limited.api("owner").get("contacts")
    assert limited.api("viewer").get("contacts").status_code == 200


def test_a_refusal_by_the_limit_is_not_kept_under_a_key(limited: World, app: Flask) -> None:
    for _ in range(3):
        limited.api().get("contacts")
    headers = {**limited.headers("owner"), "Idempotency-Key": "a"}
    body = {"contact": {"last_name": "Jones", "location_id": limited.here}}
    client = app.test_client()
    assert client.post("/v2/contacts", json=body, headers=headers).status_code == 429
    app.extensions["postback_settings"].rate_limit = ""
    made = client.post("/v2/contacts", json=body, headers=headers)
    assert (made.status_code, "Idempotent-Replayed" in made.headers) == (201, False)


def test_processes_count_together_and_alone_while_redis_is_away(app: Flask, valkey: Valkey) -> None:
    ours, theirs = (Counters(f"unix://{valkey.socket}", 0.25) for _ in range(2))
    assert [counters.count("one", 7, 60) for counters in (ours, theirs, ours)] == [1, 2, 3]
    assert ours.count("other", 7, 60) == 1
    assert ours.count("one", 8, 60) == 1
    valkey.kill()
    assert [counters.count("one", 8, 60) for counters in (ours, theirs, ours)] == [1, 1, 2]
