from typing import Any

import pytest
from sqlalchemy import select

from extensions import db
from models import Attempt, Delivery, writing
from tests.world import World

SECRET = "pa55word-of-the-tests"


def delivered(world: World) -> str:
    """A delivery that got through at the second attempt."""
    world.config(number_of_attempts=3, basic_auth_username="u", basic_auth_password=SECRET)
    world.contact(first_name="Ann")
    with writing(db.session()):
        delivery = db.session.scalars(select(Delivery)).one()
        delivery.state, delivery.last_status, delivery.attempts_made = "delivered", 200, 2
        delivery.finished_ms, delivery.next_attempt_ms = delivery.created_ms + 2_000, None
        for number, status, state in [(1, 500, "failed"), (2, 200, "succeeded")]:
            attempt = Attempt(delivery_id=delivery.id, sequence=number, number=number, state=state, status=status)
            attempt.url, attempt.started_ms, attempt.duration_ms = "https://127.0.0.1/receiver", 1_000 * number, 12
            attempt.request_headers = "Authorization: ***"
            db.session.add(attempt)
    return delivery.id


def test_one_delivery_with_its_attempts(world: World) -> None:
    delivery_id = delivered(world)
    response = world.api("viewer").get(f"postbackdeliveries/{delivery_id}")
    assert response.status_code == 200
    assert response.json is not None
    shown = response.json["postbackdelivery"]
    assert (shown["status"], shown["code"], shown["attempts_made"], shown["number_of_attempts"]) == (
        "delivered",
        200,
        2,
        3,
    )
    assert [(attempt["number"], attempt["state"], attempt["status"]) for attempt in shown["attempts"]] == [
        (1, "failed", 500),
        (2, "succeeded", 200),
    ]
    assert shown["attempts"][1]["started_ts"] == 2
    assert shown["_links"]["self"]["href"] == f"http://postbacks.test/v2/postbackdeliveries/{delivery_id}"
    assert SECRET.encode() not in response.data
    assert b"whsec_" not in response.data


def test_the_payload_is_embedded_when_asked(world: World) -> None:
    response = world.api().get(f"postbackdeliveries/{delivered(world)}", expand="data")
    assert response.json is not None
    assert response.json["postbackdelivery"]["data"]["first_name"] == "Ann"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3),
        ({"status": "delivered"}, 1),
        ({"status": "waiting"}, 2),
        ({"status": "waiting,delivered"}, 3),
        ({"status": "wait"}, 0),
        ({"code": "200"}, 1),
        ({"code": "500|599"}, 0),
        ({"resource": "contact"}, 3),
        ({"type": "CREATE"}, 2),
        ({"type": "UPDATE,DELETE"}, 1),
        ({"created_ts": "today"}, 3),
        ({"created_ts": "last month"}, 0),
        ({"finished_ts_from": "2020-01-01"}, 1),
        ({"next_attempt_ts_to": "2020-01-01"}, 0),
        ({"location_id": "23948sdnfia1129i9asf92"}, 3),
        ({"location_id": "elsewhere-of-the-tests"}, 0),
        ({"postback_config_id": "none"}, 0),
        ({"attempts_made": "2"}, 1),
        ({"url": "receiver"}, 3),
    ],
)
def test_what_a_filter_finds(world: World, query: dict[str, str], count: int) -> None:
    delivered(world)
    contact = world.contact()
    world.api().put(f"contacts/{contact.id}", {"contact": {}})
    assert found(world, "owner", **query) == count


def test_deliveries_are_sorted_newest_first(world: World) -> None:
    world.config()
    for _ in range(3):
        world.contact()
    response = world.api().get("postbackdeliveries")
    assert response.json is not None
    ids = [delivery["id"] for delivery in response.json["postbackdeliveries"]]
    assert ids == sorted(ids, reverse=True)


def test_a_stranger_sees_none(world: World) -> None:
    delivery_id = delivered(world)
    assert found(world, "stranger") == 0
    assert world.api("stranger").get(f"postbackdeliveries/{delivery_id}").status_code == 404
    assert world.api("owner").get("postbackdeliveries/%00").status_code == 404


def found(world: World, name: str, **query: Any) -> int:
    response = world.api(name).get("postbackdeliveries", **query)
    assert response.json is not None
    total = response.json["meta"]["pagination"]["totalCount"]
    assert len(response.json["postbackdeliveries"]) == total
    return int(total)
