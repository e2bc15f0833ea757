import pytest

from extensions import db
from models import AuditEntry, Delivery
from resources.bulk_retries import NOT_WAITING, cancel_chosen, retry_chosen
from resources.postback_configs import update_postback_config
from resources.retries import DELIVERED, ON_THE_WIRE, TURNED_OFF
from schemas.refusals import Forbidden
from tests.ui.tried import delivery_of
from tests.world import World

STATES = ("failed", "cancelled", "waiting", "sending", "delivered")


def one_of_each(world: World) -> dict[str, str]:
    world.config(number_of_attempts=3)
    return {state: delivery_of(world, world.contact(), state=state, next_attempt_ms=None).id for state in STATES}


def states(ids: dict[str, str]) -> dict[str, str]:
    db.session.rollback()
    return {was: db.session.get_one(Delivery, id_).state for was, id_ in ids.items()}


def test_what_can_be_sent_again_is_and_the_rest_says_why(world: World) -> None:
    ids = one_of_each(world)
    done = retry_chosen(world.actor("operator"), [*ids.values(), ids["failed"], "none"])
    assert done.count == 3
    assert done.left == {ON_THE_WIRE: 1, DELIVERED: 1}
    assert states(ids) == {**dict.fromkeys(STATES[:3], "waiting"), "sending": "sending", "delivered": "delivered"}
    assert db.session.get_one(Delivery, ids["failed"]).next_trigger == "operator"


def test_what_waits_is_cancelled(world: World) -> None:
    ids = one_of_each(world)
    done = cancel_chosen(world.actor("operator"), list(ids.values()))
    assert done.count == 1
    assert done.left == {ON_THE_WIRE: 1, NOT_WAITING: 3}
    assert states(ids)["waiting"] == "cancelled"
    [entry] = db.session.query(AuditEntry).where(AuditEntry.action == "cancel")
    assert (entry.username, entry.record_id) == ("operator", ids["waiting"])


def test_nothing_is_sent_to_a_config_that_is_turned_off(world: World) -> None:
    config = world.config()
    made = delivery_of(world, world.contact(), state="failed")
    update_postback_config(world.actor("owner"), config.id, {"is_active": "0"})
    assert retry_chosen(world.actor("operator"), [made.id]).left == {TURNED_OFF: 1}


def test_who_only_reads_changes_nothing(world: World) -> None:
    made = delivery_of(world, state="failed")
    with pytest.raises(Forbidden):
        retry_chosen(world.actor("viewer"), [made.id])
    done = retry_chosen(world.actor("stranger"), [made.id])
    assert (done.count, done.left) == (0, {}), "what is out of sight is not even told of"
    assert states({"failed": made.id}) == {"failed": "failed"}
