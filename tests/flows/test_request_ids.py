"""Whoever has the id of an API call finds in the workers' logs, and on the delivery's page, what became of it."""

import json
from typing import Any

import pytest

from tests.flows.flow import Flow
from tests.ui.console import console_of, text_of


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """What is logged does not depend on the store."""
    return sqlite_url


def test_each_attempt_is_logged_with_the_request_that_caused_it(flow: Flow) -> None:
    flow.config(500, 200, number_of_attempts=2)
    worker = flow.processes.worker(log_level="DEBUG")
    wanted = {"contact": {"location_id": flow.world.here, "last_name": "Jones"}}
    request_id = flow.api.post("contacts", wanted).headers["X-Request-Id"]
    delivery = flow.settled()
    of_request = [line for line in lines(worker.log) if line.get("request_id") == request_id]
    told = [(line["event"], line["delivery_id"], line["number"], line["status"]) for line in of_request]
    assert told == [("attempt_failed", delivery["id"], 1, 500), ("attempt_succeeded", delivery["id"], 2, 200)]
    with flow.world.app.app_context():
        page = console_of(flow.world, "operator").get(f"/deliveries/{delivery['id']}")
    assert f"Request {request_id}" in text_of(page)


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]
