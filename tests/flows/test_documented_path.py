"""A config by API, a contact by API, and what arrives: the contract's own path."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import quote_plus

from tests.api.test_seed import DATA_KEYS
from tests.flows.flow import Flow, each
from tests.received import Received


def signed_by(secret: str, request: Received) -> str:
    """Standard Webhooks, written down a second time and apart from the product."""
    key = base64.b64decode(secret.split("_", 1)[1])
    content = f"{request.webhook_id}.{request.header('webhook-timestamp')}.".encode() + request.body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_a_contact_arrives_as_the_contract_says(flow: Flow) -> None:
    config = flow.config(path="/receiver?tenant=1&x=%20")
    flow.processes.worker()
    contact = flow.contact(first_name="Zoë & 'Co'", email="zoe+a@example.com", contact_c1="100 % = \u2713 / 😀")
    [request] = flow.receiver.wait_for(1, "/receiver")

    assert request.request_line == "POST /receiver?tenant=1&x=%20 HTTP/1.1"
    assert [name for name, _ in request.fields] == ["type", "resource", "number_of_attempts", "data"]
    assert request.fields[:3] == [("type", "CREATE"), ("resource", "contact"), ("number_of_attempts", "1")]
    assert list(request.data) == DATA_KEYS
    assert request.data == {name: contact[name] for name in DATA_KEYS}

    data = json.dumps(request.data, ensure_ascii=False, separators=(",", ":"))
    assert request.body == f"type=CREATE&resource=contact&number_of_attempts=1&data={quote_plus(data)}".encode()

    delivery = flow.settled()
    assert (delivery["status"], delivery["code"], delivery["attempts_made"]) == ("delivered", 200, 1)
    assert (delivery["postback_config_id"], delivery["record_id"]) == (config["id"], contact["id"])
    assert delivery["id"] == request.webhook_id
    flow.receiver.stays_at(1)


def test_nothing_but_the_named_headers_leaves(flow: Flow) -> None:
    config = flow.config()
    flow.processes.worker()
    flow.contact()
    [request] = flow.receiver.wait_for(1)

    sent = {name.lower(): value for name, value in request.headers}
    assert set(sent) == {
        "host",
        "content-type",
        "content-length",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }
    assert sent["host"] == f"127.0.0.1:{flow.receiver.port}"
    assert sent["content-type"] == "application/x-www-form-urlencoded"
    assert sent["user-agent"].startswith("Postbacks/")
    assert abs(int(sent["webhook-timestamp"]) - time.time()) < 5
    assert sent["webhook-signature"] == signed_by(flow.secrets[config["id"]], request)


def test_basic_auth_is_sent_only_with_a_username(flow: Flow) -> None:
    flow.config(path="/both", basic_auth_username="zoë", basic_auth_password="pä:ss ✓")
    flow.config(path="/user", basic_auth_username="only", basic_auth_password=None)
    flow.config(path="/none", basic_auth_username=None, basic_auth_password=None)
    flow.processes.worker()
    flow.contact()
    sent = {one.path: one.header("Authorization") for one in flow.receiver.wait_for(3)}
    assert sent == {
        "/both": "Basic " + base64.b64encode("zoë:pä:ss ✓".encode()).decode(),
        "/user": "Basic " + base64.b64encode(b"only:").decode(),
        "/none": None,
    }


def test_update_and_delete_tell_the_record_as_it_was_then(flow: Flow) -> None:
    flow.config()
    flow.processes.worker()
    contact = flow.contact(city="Bremen")
    flow.receiver.wait_for(1)
    answer = flow.api.put(f"contacts/{contact['id']}", {"contact": {"city": "Emden"}})
    assert answer.status_code == 200
    flow.receiver.wait_for(2)
    assert flow.api.delete(f"contacts/{contact['id']}").status_code == 204
    created, updated, deleted = flow.receiver.wait_for(3)

    assert [one.type for one in (created, updated, deleted)] == ["CREATE", "UPDATE", "DELETE"]
    assert [one.data["city"] for one in (created, updated, deleted)] == ["Bremen", "Emden", "Emden"]
    assert all(list(one.data) == DATA_KEYS and one.data["id"] == contact["id"] for one in (created, updated, deleted))
    assert len({one.webhook_id for one in (created, updated, deleted)}) == 3


def test_only_the_events_asked_for_at_that_location_arrive(flow: Flow) -> None:
    flow.config(path="/all")
    flow.config(path="/deleted", on_create="0", on_update="0")
    flow.config(path="/paused", is_active="0")
    flow.processes.worker()
    contact = flow.contact()
    head = flow.world.api("head")
    assert (
        head.post("contacts", {"contact": {"location_id": flow.world.elsewhere, "last_name": "B"}}).status_code == 201
    )
    flow.api.delete(f"contacts/{contact['id']}")
    flow.receiver.wait_for(3)
    arrived = flow.receiver.stays_at(3)
    assert sorted((one.path, one.type) for one in arrived) == [
        ("/all", "CREATE"),
        ("/all", "DELETE"),
        ("/deleted", "DELETE"),
    ]


def test_connections_are_kept_alive_and_not_shared(flow: Flow) -> None:
    flow.config(path="/one")
    flow.config(path="/two")
    flow.processes.worker()
    for number in range(1, 4):
        flow.contact()
        flow.receiver.wait_for(2 * number)
        flow.all_settled(2 * number)
    used = {path: {one.connection for one in flow.receiver.requests(path)} for path in ("/one", "/two")}
    assert [len(connections) for connections in used.values()] == [1, 1]
    assert not used["/one"] & used["/two"]


def test_each_attempt_of_the_log_names_what_was_said(flow: Flow) -> None:
    flow.config(500)
    flow.processes.worker()
    flow.contact()
    delivery = flow.settled()
    [attempt] = delivery["attempts"]
    assert each(delivery["attempts"], "number", "state", "trigger", "status", "reason_code") == [
        (1, "failed", "automatic", 500, "http_status")
    ]
    assert attempt["peer"].startswith("127.0.0.1")
    assert "webhook-signature: ***" in attempt["request_headers"]
