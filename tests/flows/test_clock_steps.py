"""The clock on the wall jumps by a day under running processes, and under ones that start afterwards.

Nothing is sent early, nothing waits for the day to pass, nothing in the air is taken for dead.
"""

import time

import pytest

from tests.answers import respond
from tests.contact_client import ContactClient
from tests.control import Control
from tests.flows.flow import Flow
from tests.processes import free_port
from tests.received import Received

DAY = 86400.0
INTERVAL = 3
SOON = 2.5


def start(flow: Flow, off: float = 0.0) -> tuple[ContactClient, list[Control]]:
    """A web server and a worker; the clock on their wall is so many seconds off."""
    clocks = [flow.processes.control("web"), flow.processes.control("worker")]
    for clock in clocks:
        clock.step(off)
    url = flow.processes.armed_web(free_port(), clocks[0])
    flow.processes.armed_worker(clocks[1])
    return ContactClient(url, flow.world.headers("owner"), flow.world.here), clocks


def configure(flow: Flow) -> None:
    """One receiver that refuses each first attempt, one that is still busy when the clock jumps."""
    refusing = (500, 500, 200, 200)
    flow.config(*refusing, *refusing, path="/retried", number_of_attempts=2, attempt_interval=INTERVAL)
    flow.config(respond(200, after=1.0), path="/slow")


def arrive_as_if_nothing_had_happened(flow: Flow, before: int) -> list[Received]:
    """Two contacts were created, one before the jump; `before` this, so many requests had arrived at each path."""
    flow.receiver.wait_for(before + 2, "/slow", within=SOON)
    requests = flow.receiver.wait_for(before * 2 + 4, "/retried", within=INTERVAL + SOON)[before * 2 :]
    for webhook_id in {one.webhook_id for one in requests}:
        first, second = (one.arrived for one in requests if one.webhook_id == webhook_id)
        assert INTERVAL <= second - first < INTERVAL + SOON
    return requests


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_under_running_processes_nothing_comes_early_late_or_twice(flow: Flow) -> None:
    configure(flow)
    client, clocks = start(flow)
    for before, jump, off in [(0, DAY, DAY), (2, -2 * DAY, -DAY)]:
        client.create("Before")
        flow.receiver.wait_for(3 * before + 2)
        for clock in clocks:
            clock.step(jump)
        client.create("After")
        requests = arrive_as_if_nothing_had_happened(flow, before)
        assert abs(int(requests[-1].header("webhook-timestamp") or 0) - (time.time() + off)) < 5
    assert flow.all_settled(8) == {"delivered": 8}
    flow.receiver.stays_at(12, during=0.5)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_processes_that_start_after_it_agree_with_those_that_ran_before(flow: Flow) -> None:
    configure(flow)
    earlier, _ = start(flow)
    for before, off in [(0, DAY), (2, -DAY)]:
        later, _ = start(flow, off)
        earlier.create("Before")
        later.create("After")
        arrive_as_if_nothing_had_happened(flow, before)
    assert flow.all_settled(8) == {"delivered": 8}
    flow.receiver.stays_at(12, during=0.5)
