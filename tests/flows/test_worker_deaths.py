"""Workers that are killed, frozen or asked to stop: nothing is lost, and hardly anything is sent twice."""

import time
from collections import Counter

import pytest

from jobs.queue import Bell
from models import now_ms
from tests import answers
from tests.answers import Answer, Exchange, respond
from tests.flows.flow import Flow, each
from tests.processes import ProductProcess

TOTAL_TIMEOUT = 1.0
SENT_AGAIN_WITHIN = TOTAL_TIMEOUT + 10
UNHURRIED = 4.0
"""A deadline that dozens of slow answers at once do not reach even on a busy machine."""
IN_FLIGHT = 100
BACKLOG = 160


@pytest.fixture
def changes() -> dict[str, object]:
    return {"total_timeout": TOTAL_TIMEOUT, "connect_timeout": 1, "connections_per_config": IN_FLIGHT}


def test_killed_in_the_middle_of_a_send_it_is_sent_again_once(flow: Flow) -> None:
    flow.config(answers.hang, 200, number_of_attempts=1)
    first = flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    first.kill()
    flow.processes.worker()
    requests = flow.receiver.wait_for(2, within=SENT_AGAIN_WITHIN)

    assert [one.number for one in requests] == [1, 1]
    assert requests[0].body == requests[1].body
    assert len({one.webhook_id for one in requests}) == 1
    delivery = flow.settled()
    assert (delivery["status"], delivery["attempts_made"]) == ("delivered", 1)
    assert each(delivery["attempts"], "sequence", "number", "state", "reason_code") == [
        (1, 1, "interrupted", "interrupted"),
        (2, 1, "succeeded", None),
    ]
    flow.receiver.stays_at(2)


def test_a_result_that_comes_after_its_lease_changes_nothing(flow: Flow) -> None:
    asleep: list[ProductProcess] = []

    def freeze_and_acknowledge(exchange: Exchange) -> bool:
        asleep[0].freeze()
        return respond(200)(exchange)

    flow.config(freeze_and_acknowledge, 500, number_of_attempts=1)
    asleep.append(flow.processes.worker())
    flow.contact()
    flow.receiver.wait_for(1)
    flow.alter_deliveries(lease_until_ms=now_ms())
    flow.processes.worker()
    flow.receiver.wait_for(2)
    before = flow.settled()
    asleep[0].thaw()
    flow.receiver.stays_at(2, during=2.0)

    assert (before["status"], before["code"]) == ("failed", 500)
    assert each(before["attempts"], "number", "state") == [(1, "interrupted"), (1, "failed")]
    assert flow.shown(before["id"]) == before


def test_a_payload_that_keeps_killing_workers_is_parked(flow: Flow) -> None:
    flow.config(answers.hang, number_of_attempts=5)
    flow.contact()
    worker = flow.processes.worker()
    flow.receiver.wait_for(1)
    worker.kill()
    flow.alter_deliveries(interruptions=2, lease_until_ms=now_ms())
    flow.processes.worker()
    delivery = flow.settled(within=5)
    assert (delivery["status"], delivery["reason_code"], delivery["attempts_made"]) == ("failed", "interrupted", 0)
    assert each(delivery["attempts"], "number", "state") == [(1, "interrupted")]
    flow.receiver.stays_at(1)


def test_asked_to_stop_it_finishes_what_is_in_the_air_and_leaves_the_rest(flow: Flow) -> None:
    slow: Answer = respond(200, after=0.5)
    flow.config(slow)
    flow.backlog(BACKLOG)
    worker = flow.processes.worker(total_timeout=UNHURRIED)
    flow.receiver.wait_for(IN_FLIGHT)
    worker.ask_to_stop()
    assert worker.ended_within(UNHURRIED + 5) == 0
    begun = len(flow.receiver.requests())
    assert flow.count(status="delivered") == begun
    assert flow.count(status="waiting") == BACKLOG - begun

    flow.processes.worker(total_timeout=UNHURRIED)
    assert flow.all_settled(BACKLOG) == {"delivered": BACKLOG}
    assert_each_arrived_once(flow, BACKLOG)
    assert flow.count(attempts_made=1) == BACKLOG


def test_two_workers_share_a_backlog_and_wakes_without_number_and_send_nothing_twice(flow: Flow) -> None:
    flow.config(respond(200, after=0.01))
    flow.backlog(500)
    bell = Bell(flow.valkey.url, 1.0)
    for _ in range(30):
        bell.ring_again()
    flow.processes.workers(2)
    assert flow.all_settled(500, within=30) == {"delivered": 500}
    assert_each_arrived_once(flow, 500)
    assert flow.count(attempts_made=1) == 500


def test_a_worker_killed_in_a_backlog_costs_one_post_an_attempt_it_had_begun(flow: Flow) -> None:
    flow.config(respond(200, after=0.1))
    flow.backlog(300)
    doomed, _ = flow.processes.workers(2, total_timeout=UNHURRIED)
    flow.receiver.wait_for(100)
    doomed.kill()
    flow.alter_deliveries(lease_until_ms=now_ms() + 1000)
    assert flow.all_settled(300) == {"delivered": 300}
    arrived = Counter(one.webhook_id for one in flow.receiver.requests())
    assert len(arrived) == 300
    assert max(arrived.values()) <= 2
    assert arrived.total() - 300 <= flow.interrupted_attempts()


def test_what_was_committed_without_a_wake_is_found(flow: Flow) -> None:
    flow.config()
    flow.processes.worker()
    began = time.monotonic()
    flow.backlog(1)
    flow.receiver.wait_for(1, within=5)
    assert time.monotonic() - began < 5


def assert_each_arrived_once(flow: Flow, count: int) -> None:
    arrived = Counter(one.webhook_id for one in flow.receiver.stays_at(count, during=0.5))
    assert len(arrived) == count
