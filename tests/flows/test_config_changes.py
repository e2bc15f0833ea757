"""What becomes of a config's deliveries when the config changes under them."""

import time

import pytest

from tests.answers import respond
from tests.flows.flow import Flow, each


@pytest.mark.parametrize("how", ["deactivated", "deleted"])
def test_closed_it_cancels_what_waits(flow: Flow, how: str) -> None:
    config = flow.config(500, number_of_attempts=5, attempt_interval=1)
    flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    flow.wait_until_status("waiting")
    if how == "deactivated":
        flow.change_config(config, is_active="0")
    else:
        assert flow.api.delete(f"postbackconfigs/{config['id']}").status_code == 204

    delivery = flow.delivery()
    assert (delivery["status"], delivery["reason_code"]) == ("cancelled", "cancelled")
    assert delivery["reason"]
    assert each(delivery["attempts"], "number", "status") == [(1, 500)]
    flow.receiver.stays_at(1, during=1.5)


def test_closed_it_lets_what_is_on_the_wire_finish(flow: Flow) -> None:
    config = flow.config(respond(200, after=1.0))
    flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    flow.change_config(config, is_active="0")
    assert flow.settled()["status"] == "delivered"


def test_closed_while_a_failing_attempt_is_on_the_wire_no_other_follows(flow: Flow) -> None:
    config = flow.config(respond(500, after=1.0), number_of_attempts=5)
    flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    flow.change_config(config, is_active="0")
    assert flow.settled()["status"] == "cancelled"
    flow.receiver.stays_at(1, during=1.5)


def test_attempts_lowered_below_what_was_used_end_it(flow: Flow) -> None:
    config = flow.config(500, number_of_attempts=5, attempt_interval=1)
    flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(2)
    flow.change_config(config, number_of_attempts=1)
    delivery = flow.settled()
    assert delivery["status"] == "failed"
    assert len(flow.receiver.stays_at(delivery["attempts_made"], during=1.5)) <= 3


def test_what_happened_while_it_was_off_is_not_sent_when_it_is_on_again(flow: Flow) -> None:
    config = flow.config(is_active="0")
    flow.processes.worker()
    flow.contact(last_name="Before")
    flow.change_config(config, is_active="1")
    time.sleep(0.5)
    flow.contact(last_name="After")
    [arrived] = flow.receiver.wait_for(1)
    assert arrived.data["last_name"] == "After"
    flow.receiver.stays_at(1)
