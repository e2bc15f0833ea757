"""Many sent again at a measured pace by real workers: killed, paused, cancelled, each sent once all the same."""

import threading
import time
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from models import now_ms
from tests.answers import Exchange, respond
from tests.flows.flow import Flow, Record, each, record_of

COUNT = 30
RATE = 15


class Mending:
    """Refuses everything; once mended it still refuses each delivery's first request and takes the next."""

    def __init__(self) -> None:
        self.mended = False
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> bool:
        with self._lock:
            self._seen[exchange.request.webhook_id] += self.mended
            good = self._seen[exchange.request.webhook_id] > 1
        return respond(200 if good else 500)(exchange)


def replay(flow: Flow, **fields: Any) -> Record:
    wanted = {"location_id": flow.world.here, "status": "failed", "rate": RATE, **fields}
    return record_of(flow.api.post("postbackreplays", {"postbackreplay": wanted}), "postbackreplay", 201)


def shown(flow: Flow, replay_id: str) -> Record:
    return record_of(flow.api.get(f"postbackreplays/{replay_id}"), "postbackreplay", 200)


def told(flow: Flow, replay_id: str, verb: str) -> Record:
    return record_of(flow.api.post(f"postbackreplays/{replay_id}/{verb}"), "postbackreplay", 200)


def until(flow: Flow, replay_id: str, *, done: int = 0, state: str | None = None, within: float = 30.0) -> Record:
    """The replay, once it has made so many due and stands like this."""
    deadline = time.monotonic() + within
    while True:
        now = shown(flow, replay_id)
        if now["done"] >= done and state in (None, now["state"]):
            return now
        assert time.monotonic() < deadline, f"{now}\n{flow.processes.logs()}"
        time.sleep(0.05)


@pytest.fixture
def failures(flow: Flow) -> Mending:
    """Thirty deliveries that failed at both their attempts, and a worker that runs."""
    answer = Mending()
    flow.config(answer, number_of_attempts=2, attempt_interval=1)
    flow.backlog(COUNT)
    flow.processes.worker()
    assert flow.all_settled(COUNT) == {"failed": COUNT}
    answer.mended = True
    return answer


def test_killed_in_the_middle_each_is_sent_once_at_its_pace_with_its_retries(flow: Flow, failures: Mending) -> None:
    before = len(flow.receiver.requests())
    asked = replay(flow)
    assert (asked["total"], asked["state"]) == (COUNT, "running")
    until(flow, asked["id"], done=5)
    flow.processes.stop()
    stopped_at = shown(flow, asked["id"])["done"]
    assert 5 <= stopped_at < COUNT
    flow.alter_deliveries(lease_until_ms=now_ms())
    time.sleep(0.5)
    assert shown(flow, asked["id"])["done"] == stopped_at

    flow.processes.workers(2)
    finished = until(flow, asked["id"], state="finished")
    assert finished["done"] == COUNT
    assert flow.all_settled(COUNT) == {"delivered": COUNT}
    arrived = flow.receiver.requests()[before:]
    assert {one.webhook_id for one in arrived} == {one["id"] for one in flow.deliveries()}
    assert len(arrived) - 2 * COUNT <= flow.interrupted_attempts()
    for one in flow.deliveries():
        tried = flow.shown(one["id"])["attempts"][2:]
        known = [attempt for attempt in tried if attempt["state"] != "interrupted"]
        if len(known) < len(tried) and len(known) == 1:
            # The death came between the refusal and its record: that attempt was repeated, and acknowledged.
            assert each(known, "number", "state") == [(3, "succeeded")]
            continue
        assert each(known, "number", "state") == [(3, "failed"), (4, "succeeded")]
        assert known[1]["trigger"] == "automatic"
    assert shown(flow, asked["id"])["outcomes"]["delivered"] == COUNT
    assert most_in_a_second([one.arrived for one in arrived if one.number == 3]) <= 2 * RATE


def most_in_a_second(arrivals: list[float]) -> int:
    return max(sum(0 <= later - one < 1 for later in arrivals) for one in arrivals)


def test_paused_it_holds_resumed_it_goes_on_cancelled_it_ends(flow: Flow, failures: Mending) -> None:
    asked = replay(flow)
    until(flow, asked["id"], done=3)
    paused = told(flow, asked["id"], "pause")
    assert paused["done"] < COUNT
    time.sleep(1.0)
    assert shown(flow, asked["id"])["done"] == paused["done"]
    told(flow, asked["id"], "resume")
    until(flow, asked["id"], done=paused["done"] + 3)
    cancelled = told(flow, asked["id"], "cancel")
    assert cancelled["done"] < COUNT
    assert flow.all_settled(COUNT) == {"delivered": cancelled["done"], "failed": COUNT - cancelled["done"]}
    assert shown(flow, asked["id"])["done"] == cancelled["done"]


def test_what_was_missed_while_paused_is_sent_once_to_who_asks_now(flow: Flow) -> None:
    config = flow.config(is_active="0")
    flow.processes.worker()
    names = {contact["last_name"] for contact in flow.contacts(5)}
    flow.change_config(config, is_active="1")
    for _ in range(2):
        asked = replay(flow, status=None, skipped="inactive_config", rate=1000)
        until(flow, asked["id"], state="finished")
    arrived = flow.receiver.wait_for(5)
    assert {one.data["last_name"] for one in arrived} == names
    flow.receiver.stays_at(5)
    assert flow.all_settled(5) == {"delivered": 5}


def test_a_person_retries_sends_now_and_cancels(flow: Flow) -> None:
    flow.config(500, 500, 200, number_of_attempts=1, attempt_interval=3600)
    flow.processes.worker()
    flow.contact()
    failed = flow.settled()
    path = f"postbackdeliveries/{failed['id']}"
    assert flow.api.post(f"{path}/retry").status_code == 200
    flow.receiver.wait_for(2, within=3)
    assert flow.settled()["status"] == "failed"
    flow.change_config({"id": failed["postback_config_id"]}, number_of_attempts=9)
    assert flow.api.post(f"{path}/retry").status_code == 200
    requests = flow.receiver.wait_for(3, within=3)
    delivery = flow.settled()
    assert each(delivery["attempts"], "number", "trigger") == [(1, "automatic"), (2, "owner"), (3, "owner")]
    assert {one.webhook_id for one in requests} == {failed["id"]}
    assert all(later.arrived - one.arrived < 3 for one, later in pairwise(requests))
