"""Retry, Force retry, Send now, Cancel: offered by state and by role, never dead, and done."""

import re

import pytest

from extensions import db
from models import Delivery, now_ms, writing
from resources.deliveries import get_delivery
from resources.postback_configs import delete_postback_config, update_postback_config
from resources.retries import DELETED, ON_THE_WIRE, TURNED_OFF
from tests.ui.console import console_of, text_of
from tests.ui.tried import attempt_at, delivery_of
from tests.world import World
from ui.delivery_actions import ENDED, NO_ROLE, WAITS, actions_of, reasons_of

BY_STATE = {
    "waiting": ["Send now", "Cancel"],
    "sending": [],
    "delivered": ["Force retry"],
    "failed": ["Retry"],
    "cancelled": ["Retry"],
}


def offered(world: World, made: Delivery, name: str = "operator") -> list[str]:
    shown = get_delivery(world.actor(name), made.id)
    return [action.label for action in actions_of(world.actor(name), shown) if action.why is None]


@pytest.mark.parametrize(("state", "labels"), BY_STATE.items())
def test_what_is_offered_depends_on_how_it_stands(world: World, state: str, labels: list[str]) -> None:
    made = delivery_of(world, state=state)
    assert offered(world, made) == labels
    assert offered(world, made, "viewer") == []
    page = text_of(console_of(world, "viewer").get(f"/deliveries/{made.id}"))
    assert NO_ROLE in page


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_button_that_does_nothing_says_why(world: World) -> None:
    made = delivery_of(world, state="waiting")
    console = console_of(world, "operator")
    for state, why in (("waiting", WAITS), ("sending", ON_THE_WIRE), ("failed", ENDED), ("delivered", ENDED)):
        with writing(db.session()):
            db.session.get_one(Delivery, made.id).state = state
        page = console.get(f"/deliveries/{made.id}").text
        dead = re.findall(r'id="do-\w+"\s+aria-disabled="true"\s+aria-describedby="actions-why"', page)
        assert len(dead) == page.count('aria-disabled="true"') > 0
        assert why in page


def test_a_config_that_is_off_or_gone_is_a_reason(world: World) -> None:
    made = delivery_of(world, state="failed")
    owner = world.actor("owner")
    update_postback_config(owner, made.postback_config_id, {"is_active": "0"})
    made = get_delivery(owner, made.id)
    assert dict(reasons_of(actions_of(owner, made))) == {TURNED_OFF: ["Retry"], ENDED: ["Send now", "Cancel"]}
    delete_postback_config(owner, made.postback_config_id)
    db.session.expire_all()
    assert DELETED in dict(reasons_of(actions_of(owner, get_delivery(owner, made.id))))


def test_each_does_what_it_says(world: World) -> None:
    made = delivery_of(world, state="failed", attempts_made=3, next_attempt_ms=None, finished_ms=now_ms())
    page = f"/deliveries/{made.id}"
    console = console_of(world, "operator")

    def done(verb: str, form: dict[str, object] | None = None) -> tuple[str, str]:
        answer = console.post(f"{page}/{verb}", form, page=page)
        assert (answer.status_code, answer.location) == (303, page)
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(Delivery, made.id).state, text_of(console.get(page))

    assert done("retry")[0] == "waiting"
    assert db.session.get_one(Delivery, made.id).next_trigger == "operator"
    assert done("sendnow")[0] == "waiting"
    assert done("cancel")[0] == "cancelled"
    state, text = done("cancel")
    assert (state, "nothing is left to cancel" in text) == ("cancelled", True), "too late is told, on the page itself"
    with writing(db.session()):
        db.session.get_one(Delivery, made.id).state = "delivered"
    state, text = done("retry")
    assert (state, "retry it with force" in text) == ("delivered", True)
    assert done("retry", {"force": "1"})[0] == "waiting"


def test_who_only_reads_is_refused(world: World) -> None:
    made = delivery_of(world, state="failed")
    for name, status in (("viewer", 403), ("stranger", 404)):
        for verb in ("retry", "sendnow", "cancel"):
            assert console_of(world, name).post(f"/deliveries/{made.id}/{verb}").status_code == status
    assert console_of(world, "operator").client.post(f"/deliveries/{made.id}/retry").status_code == 400
    db.session.rollback()
    assert db.session.get_one(Delivery, made.id).state == "failed"


def test_addresses_are_for_those_who_may_edit_the_config(world: World) -> None:
    reason = "x.example resolves to 10.1.2.3, which is private or reserved."
    made = delivery_of(world, state="failed", reason_code="blocked_target", reason=reason, attempts_made=1)
    attempt_at(made, reason_code="blocked_target", reason=reason, peer="10.1.2.3 port 443", status=None)
    here = f"/locations/{world.here}"
    configs = f"{here}/settings/postbacks"
    of_one = (f"/deliveries/{made.id}", f"/deliveries/{made.id}/live", f"{configs}/{made.postback_config_id}")
    for path in (*of_one, "/deliveries", "/locations", here, configs):
        assert "10.1.2.3" in console_of(world, "operator").get(path).text, path
        assert "10.1.2.3" not in console_of(world, "viewer").get(path).text, path
