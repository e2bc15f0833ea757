"""Redis killed, emptied, hung, full, read-only, absent: the API keeps answering and every postback arrives."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from tests.answers import respond
from tests.contact_client import ContactClient
from tests.flows.flow import Flow

FIRST_ANSWER_WITHIN = 3.0
NEXT_ANSWERS_WITHIN = 0.25
BACK_WITHIN = 15.0


@pytest.fixture
def changes() -> dict[str, object]:
    return {"connections_per_config": 4}


def test_emptied_in_the_middle_of_a_backlog_nothing_is_lost(flow: Flow) -> None:
    flow.config(respond(200, after=0.02))
    flow.backlog(190)
    flow.contacts(10)
    flow.processes.worker()
    flow.receiver.wait_for(50)
    flow.valkey.flush()
    assert flow.all_settled(200) == {"delivered": 200}
    assert len({one.webhook_id for one in flow.receiver.stays_at(200)}) == 200


def test_emptied_while_retries_wait_they_come_when_due(flow: Flow) -> None:
    flow.config(500, 200, number_of_attempts=2, attempt_interval=2)
    flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    flow.valkey.flush()
    first, second = flow.receiver.wait_for(2)
    assert 2.0 <= second.arrived - first.arrived < 8.0


@pytest.mark.parametrize("fault", ["killed", "hung"])
def test_without_an_answer_from_redis_the_api_answers_and_it_arrives_later(flow: Flow, fault: str) -> None:
    flow.config()
    flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    if fault == "killed":
        flow.valkey.kill()
    else:
        flow.valkey.freeze()

    assert creation_seconds(flow) <= FIRST_ANSWER_WITHIN
    assert sorted(creation_seconds(flow) for _ in range(4))[1] <= NEXT_ANSWERS_WITHIN

    if fault == "killed":
        flow.valkey.start()
    else:
        flow.valkey.thaw()
    flow.receiver.wait_for(6, within=BACK_WITHIN)
    assert flow.all_settled(6) == {"delivered": 6}
    flow.receiver.stays_at(6)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_hung_it_costs_a_web_server_one_wait_and_later_requests_nothing(flow: Flow) -> None:
    flow.config()
    client = ContactClient(flow.web(), flow.world.headers("owner"), flow.world.here)
    client.create(last_name="Warm")
    flow.valkey.freeze()
    first = client.create(last_name="First").seconds
    trickle = [client.create(last_name="Trickle", wait=0.4).seconds for _ in range(6)]
    with ThreadPoolExecutor(4) as pool:
        crowd = [pool.submit(client.create, last_name="Crowd", wait=number * 0.05) for number in range(40)]
    assert first <= FIRST_ANSWER_WITHIN
    assert sorted(trickle)[-2] <= NEXT_ANSWERS_WITHIN
    assert sorted(one.result().seconds for one in crowd)[-2] <= NEXT_ANSWERS_WITHIN
    flow.valkey.thaw()
    flow.processes.worker()
    flow.receiver.wait_for(48, within=BACK_WITHIN)


def test_absent_at_the_start_it_is_waited_for(flow: Flow) -> None:
    flow.valkey.kill()
    worker = flow.processes.worker()
    flow.config()
    flow.contact()
    time.sleep(1.0)
    assert worker.returncode is None
    flow.valkey.start()
    flow.receiver.wait_for(1, within=BACK_WITHIN)


@pytest.mark.parametrize(
    ("setting", "broken", "whole"),
    [("maxmemory", "1", "0"), ("min-replicas-to-write", "1", "0")],
    ids=["out of memory", "refusing writes"],
)
def test_refusing_to_write_redis_stops_nothing(flow: Flow, setting: str, broken: str, whole: str) -> None:
    flow.config()
    worker = flow.processes.worker()
    with flow.valkey.client() as client:
        client.config_set(setting, broken)
        assert creation_seconds(flow) <= FIRST_ANSWER_WITHIN
        time.sleep(1.0)
        client.config_set(setting, whole)
    flow.receiver.wait_for(1, within=BACK_WITHIN)
    flow.contact()
    flow.receiver.wait_for(2, within=BACK_WITHIN)
    assert worker.returncode is None, worker.log


def test_a_worker_runs_nothing_but_its_own(flow: Flow, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    with flow.valkey.client() as client:
        queue = Queue("postbacks", connection=client, serializer=JSONSerializer)
        queue.enqueue("os.mkdir", str(canary))
        queue.enqueue("jobs.deliver.deliver", str(canary))
    flow.config()
    worker = flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    assert not canary.exists()
    assert worker.returncode is None


def creation_seconds(flow: Flow) -> float:
    """How long the API takes to say 201."""
    began = time.monotonic()
    flow.contact()
    return time.monotonic() - began
