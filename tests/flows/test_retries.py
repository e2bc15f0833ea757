"""How often, and how soon: number_of_attempts, attempt_interval, Retry-After."""

import time
from itertools import pairwise

from tests.answers import early_hints_then_ok, respond, say
from tests.flows.flow import Flow, each

PATIENCE = 5.0
"""Seconds that a retry may be late on a busy test machine; early it may never be."""


def gaps(arrivals: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(arrivals)]


def test_tried_again_until_a_2xx_and_never_early(flow: Flow) -> None:
    flow.config(500, 500, 200, number_of_attempts=3, attempt_interval=2)
    flow.processes.worker()
    flow.contact()
    requests = flow.receiver.wait_for(3)

    assert [one.number for one in requests] == [1, 2, 3]
    assert len({one.webhook_id for one in requests}) == 1
    assert all(
        one.body == requests[0].body.replace(b"attempts=1", f"attempts={one.number}".encode()) for one in requests
    )
    assert len({one.header("webhook-signature") for one in requests}) == 3
    assert all(2.0 <= gap < 2.0 + PATIENCE for gap in gaps([one.arrived for one in requests]))

    delivery = flow.settled()
    assert (delivery["status"], delivery["attempts_made"], delivery["next_attempt_ts"]) == ("delivered", 3, None)
    assert each(delivery["attempts"], "number", "state", "status") == [
        (1, "failed", 500),
        (2, "failed", 500),
        (3, "succeeded", 200),
    ]
    flow.receiver.stays_at(3)


def test_whatever_is_no_2xx_fails_and_counts(flow: Flow) -> None:
    elsewhere = flow.receiver.plan("/elsewhere", 200)
    statuses = [302, 307, 400, 404, 410, 500, 502]
    configs = {
        status: flow.config(
            respond(status, {"Location": elsewhere}, b"no"), path=f"/answer/{status}", number_of_attempts=2
        )
        for status in statuses
    }
    flow.processes.worker()
    flow.contact()
    assert flow.all_settled(len(statuses)) == {"failed": len(statuses)}
    for status, config in configs.items():
        delivery = flow.delivery(postback_config_id=config["id"])
        assert (delivery["code"], delivery["reason_code"], delivery["attempts_made"]) == (status, "http_status", 2)
        assert each(delivery["attempts"], "number", "status", "response_body") == [(1, status, "no"), (2, status, "no")]
    arrived = flow.receiver.stays_at(2 * len(statuses))
    assert {one.path for one in arrived} == {f"/answer/{status}" for status in statuses}


def test_any_2xx_acknowledges_whatever_the_body_does(flow: Flow) -> None:
    for status in (200, 201, 202, 204, 299):
        answer = f"HTTP/1.1 {status} Whatever\r\nContent-Length: 1000\r\n\r\nnot as much".encode()
        flow.config(say(answer), path=f"/answer/{status}", number_of_attempts=3)
    flow.config(early_hints_then_ok, path="/early", number_of_attempts=3)
    flow.processes.worker()
    flow.contact()
    assert flow.all_settled(6) == {"delivered": 6}
    codes = {one["url"].partition("answer/")[2]: str(one["code"]) for one in flow.deliveries()}
    assert codes.pop("") == "200"
    assert all(path == code for path, code in codes.items())
    flow.receiver.stays_at(6)


def test_retry_after_can_only_make_it_later(flow: Flow) -> None:
    for status in (429, 503):
        later, sooner = respond(status, {"Retry-After": "3"}), respond(status, {"Retry-After": "0"})
        flow.config(later, 200, path=f"/later/{status}", number_of_attempts=2, attempt_interval=1)
        flow.config(sooner, 200, path=f"/sooner/{status}", number_of_attempts=2, attempt_interval=2)
    flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(8)
    for status in (429, 503):
        [later_gap] = gaps([one.arrived for one in flow.receiver.requests(f"/later/{status}")])
        [sooner_gap] = gaps([one.arrived for one in flow.receiver.requests(f"/sooner/{status}")])
        assert 3.0 <= later_gap < 3.0 + PATIENCE
        assert 2.0 <= sooner_gap < 2.0 + PATIENCE


def test_an_interval_begins_when_the_attempt_ended(flow: Flow) -> None:
    flow.config(respond(500, after=1.0), 200, number_of_attempts=2, attempt_interval=1)
    flow.processes.worker()
    flow.contact()
    [gap] = gaps([one.arrived for one in flow.receiver.wait_for(2)])
    assert 2.0 <= gap < 2.0 + PATIENCE


def test_url_and_credentials_are_those_of_the_moment_and_the_payload_is_frozen(flow: Flow) -> None:
    config = flow.config(500, path="/old", number_of_attempts=2, attempt_interval=2)
    flow.processes.worker()
    contact = flow.contact(city="Bremen")
    flow.receiver.wait_for(1, "/old")
    url = flow.receiver.plan("/new", 200)
    flow.change_config(config, url=url, basic_auth_username="me", on_update="0")
    flow.api.put(f"contacts/{contact['id']}", {"contact": {"city": "Emden"}})
    [second] = flow.receiver.wait_for(1, "/new")
    assert (second.number, second.data["city"]) == (2, "Bremen")
    assert second.header("Authorization") == "Basic bWU6"


def test_a_retry_due_while_nobody_worked_is_sent_at_once(flow: Flow) -> None:
    flow.config(500, 200, number_of_attempts=2, attempt_interval=1)
    worker = flow.processes.worker()
    flow.contact()
    flow.receiver.wait_for(1)
    assert flow.deliveries()[0]["status"] in {"waiting", "sending"}
    worker.ask_to_stop()
    assert worker.ended_within(8) == 0
    time.sleep(1.2)
    flow.processes.worker()
    flow.receiver.wait_for(2)
    assert flow.settled()["status"] == "delivered"
