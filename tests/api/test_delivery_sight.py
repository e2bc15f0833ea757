"""Where a host name led is told to those who may edit the config; to everybody else the log would be a map."""

import pytest
from sqlalchemy import select

from extensions import db
from models import Attempt, Delivery, writing
from resources.delivery_sight import UNTOLD
from tests.world import World

ADDRESS = "10.20.30.40"
REASON = f"{ADDRESS} is private or reserved."


@pytest.fixture
def path(world: World) -> str:
    """A delivery whose attempts were stopped at a private address, but for the first, which went through to one."""
    world.config()
    world.contact()
    with writing(db.session()):
        delivery = db.session.scalars(select(Delivery)).one()
        delivery.state, delivery.reason_code, delivery.reason = "failed", "blocked_target", REASON
        for number, code, reason in [(1, "http_status", "The receiver answered 500."), (2, "blocked_target", REASON)]:
            attempt = Attempt(delivery_id=delivery.id, sequence=number, number=number, state="failed", started_ms=1)
            attempt.url, attempt.peer, attempt.reason_code, attempt.reason = "https://a.test", ADDRESS, code, reason
            db.session.add(attempt)
    return f"postbackdeliveries/{delivery.id}"


@pytest.mark.parametrize(
    ("name", "told"), [("head", True), ("owner", True), ("operator", True), ("program", True), ("viewer", False)]
)
def test_addresses_are_told_to_who_may_edit_the_config(world: World, path: str, name: str, told: bool) -> None:  # noqa: FBT001
    api = world.api(name)
    listed, shown, table = (
        api.get("postbackdeliveries", expand="attempts"),
        api.get(path),
        api.get("postbackdeliveries", _format="csv", expand="attempts"),
    )
    for answer in (listed, shown, table):
        assert answer.status_code == 200
        assert (ADDRESS in answer.text) is told
    delivery = shown.get_json()["postbackdelivery"]
    assert delivery["reason"] == (REASON if told else UNTOLD)
    assert [one["peer"] for one in delivery["attempts"]] == [ADDRESS if told else None] * 2
    assert [one["reason"] for one in delivery["attempts"]] == ["The receiver answered 500.", delivery["reason"]]


@pytest.mark.parametrize(("text", "count"), [(ADDRESS, 0), ("10.", 0), ("may not be called", 1)])
def test_nobody_finds_an_address_by_asking_for_it(world: World, path: str, text: str, count: int) -> None:
    found = world.api("viewer").get("postbackdeliveries", reason=text).get_json()["postbackdeliveries"]
    assert len(found) == count
    assert path
