"""retry, sendnow, cancel through the API."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from models import Delivery
from tests.ui.tried import attempt_at, delivery_of
from tests.world import World

VERBS = ["retry", "sendnow", "cancel"]


def standing(world: World, state: str) -> Delivery:
    ends: dict[str, Any] = {} if state in {"waiting", "sending"} else {"next_attempt_ms": None, "finished_ms": 1}
    return delivery_of(world, state=state, attempts_made=3, **ends)


def call(world: World, name: str, delivery_id: str, verb: str, json: object = None) -> TestResponse:
    return world.api(name).post(f"postbackdeliveries/{delivery_id}/{verb}", json)


@pytest.mark.parametrize(
    ("state", "verb", "json", "becomes"),
    [
        ("failed", "retry", None, "waiting"),
        ("cancelled", "retry", {"postbackdelivery": {}}, "waiting"),
        ("delivered", "retry", {"postbackdelivery": {"force": "1"}}, "waiting"),
        ("waiting", "retry", None, "waiting"),
        ("waiting", "sendnow", None, "waiting"),
        ("waiting", "cancel", None, "cancelled"),
    ],
)
def test_a_verb_answers_the_delivery_with_its_attempts(
    world: World, state: str, verb: str, json: object, becomes: str
) -> None:
    delivery = standing(world, state)
    attempt_at(delivery, 3)
    answer = call(world, "program", delivery.id, verb, json)
    assert answer.status_code == 200, answer.text
    shown = answer.get_json()["postbackdelivery"]
    assert (shown["id"], shown["status"], len(shown["attempts"])) == (delivery.id, becomes, 1)
    assert "program" in shown["reason"] if state != "waiting" or verb == "cancel" else not shown["reason"]
    assert shown["_links"]["self"]["href"].endswith(f"/v2/postbackdeliveries/{delivery.id}")


@pytest.mark.parametrize(
    ("state", "verb", "json", "says"),
    [
        *[("sending", verb, None, "at this moment") for verb in VERBS],
        ("delivered", "retry", None, "force"),
        ("delivered", "retry", {"postbackdelivery": {"force": "0"}}, "force"),
        ("failed", "sendnow", None, "Retry it"),
        ("failed", "cancel", None, "already failed"),
    ],
)
def test_what_does_not_stand_as_asked_is_a_conflict(
    world: World, state: str, verb: str, json: object, says: str
) -> None:
    answer = call(world, "owner", standing(world, state).id, verb, json)
    assert (answer.status_code, says in answer.get_json()["message"]) == (409, True)


@pytest.mark.parametrize("verb", VERBS)
def test_who_may(world: World, verb: str) -> None:
    delivery_id = standing(world, "waiting").id
    anonymous = world.app.test_client().post(f"/v2/postbackdeliveries/{delivery_id}/{verb}")
    assert anonymous.status_code == 401
    answers = {name: call(world, name, delivery_id, verb) for name in ("viewer", "stranger")}
    assert {name: answer.status_code for name, answer in answers.items()} == {"viewer": 403, "stranger": 404}
    missing = call(world, "owner", "none", verb)
    assert missing.status_code == 404
    assert missing.get_json()["message"] == answers["stranger"].get_json()["message"]


@pytest.mark.parametrize(
    ("json", "field"),
    [
        ({"postbackdelivery": {"force": "perhaps"}}, "force"),
        ({"postbackdelivery": {"state": "waiting"}}, "state"),
        ({"postbackdelivery": []}, "postbackdelivery"),
        ({"force": "1"}, "postbackdelivery"),
    ],
)
def test_what_a_retry_may_not_be_told(world: World, json: object, field: str) -> None:
    answer = call(world, "owner", standing(world, "failed").id, "retry", json)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


def test_a_body_that_is_no_json_is_not_taken(world: World) -> None:
    path = f"/v2/postbackdeliveries/{standing(world, 'failed').id}/retry"
    client, headers = world.app.test_client(), world.headers("owner")
    assert client.post(path, data=b"{", content_type="application/json", headers=headers).status_code == 400
    assert client.post(path, data=b"force=1", headers=headers).status_code == 415
