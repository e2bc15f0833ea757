"""Configs that point where nobody may call, edited by hand in the database: a real worker reaches none of it.

Its settings allow nothing private, no plain http and two ports; its environment names proxies.
"""

from typing import Any

import pytest
from sqlalchemy import insert, select

from extensions import db
from models import Attempt, Delivery, Event, PostbackConfig, new_id, now_ms, writing
from postbacks.encryption import Vault
from postbacks.signing import new_secret
from tests.canary import Canary
from tests.environment import ENCRYPTION_KEY
from tests.flows.flow import Flow
from tests.postbacks.spellings import forbidden_urls


@pytest.fixture
def changes(canary: Canary) -> dict[str, object]:
    return {"allowed_networks": "", "allow_http": "0", "allowed_ports": f"443,{canary.port}"}


@pytest.fixture
def environment(environment: dict[str, str], canary: Canary) -> dict[str, str]:
    proxy = f"http://127.0.0.1:{canary.port}"
    names = ("http_proxy", "https_proxy", "all_proxy")
    return {**environment, **dict.fromkeys(names, proxy), **{name.upper(): proxy for name in names}}


def write_down(location_id: str, urls: list[str]) -> None:
    """A config for each URL, with an event that is due, past every rule of the API."""
    secret, now = Vault([ENCRYPTION_KEY]).encrypt(new_secret()), now_ms()
    event = {"id": new_id(), "location_id": location_id, "resource": "contact", "record_id": "1", "type": "CREATE",
             "data": '{"id":"1"}', "created_ms": now}  # fmt: skip
    configs: list[dict[str, Any]] = [
        {"id": new_id(), "location_id": location_id, "resource": "contact", "on_create": True, "on_update": True,
         "on_delete": True, "url": url, "number_of_attempts": 1, "attempt_interval": 1, "signing_secret": secret}
        for url in urls
    ]  # fmt: skip
    deliveries = [
        {"id": new_id(), "event_id": event["id"], "postback_config_id": config["id"], "location_id": location_id,
         "next_attempt_ms": now, "created_ms": now}
        for config in configs
    ]  # fmt: skip
    with writing(db.session()):
        for table, rows in ((PostbackConfig, configs), (Event, [event]), (Delivery, deliveries)):
            db.session.execute(insert(table), rows)


def test_whatever_stands_in_a_row_nothing_forbidden_is_called(flow: Flow, canary: Canary) -> None:
    urls = [url for url in forbidden_urls(canary.port) if "\x00" not in url]  # PostgreSQL's text holds none
    assert len(urls) > 200
    with flow.world.app.app_context():
        write_down(flow.world.here, urls)
    flow.processes.worker()
    assert flow.all_settled(len(urls)) == {"failed": len(urls)}

    with flow.world.app.app_context():
        attempts = db.session.execute(select(Attempt.url, Attempt.reason_code, Attempt.reason, Attempt.peer)).all()
    assert sorted(url for url, *_ in attempts) == sorted(urls)
    assert {(code, peer) for _, code, _, peer in attempts} == {("blocked_target", None)}
    assert all(reason for *_, reason, _ in attempts)
    assert canary.connections == 0
