"""POST /v2/postbackconfigs/{id}/test, with a real receiver behind the config."""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from config import Settings
from extensions import db
from models import Attempt, Delivery, Event, PostbackConfig, SentTest, now_ms, writing
from postbacks.signing import verify
from resources import test_sends
from resources.postback_configs import create_postback_config
from schemas.contact import CONTACT_KEYS
from schemas.delivery import attempt_shape
from schemas.expands import EXPANDS
from tests import answers
from tests.answers import respond
from tests.canary import Canary
from tests.receiver import Receiver
from tests.world import World, seed_config

# What depends on the store is tested with the verbs.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PASSWORD = "pa55word-of-the-tests"


def path_of(config: PostbackConfig) -> str:
    return f"postbackconfigs/{config.id}/test"


def attempt_in(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    [(key, attempt)] = answer.get_json().items()
    assert key == "attempt"
    assert isinstance(attempt, dict)
    return attempt


def kept() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Event, Delivery, Attempt)]


def test_a_sample_arrives_signed_and_marked_and_the_answer_tells_what_came_of_it(
    world: World, receiver: Receiver
) -> None:
    url = receiver.plan("/hook", respond(200, {"X-Told": "thanks"}, b"noted"))
    config, secret = create_postback_config(
        world.actor("owner"),
        seed_config(world.here, url=url, basic_auth_username="zoë", basic_auth_password=PASSWORD, expands="location"),
    )
    attempt = attempt_in(world.api().post(path_of(config)))
    [request] = receiver.requests()

    assert verify(secret, {name.lower(): value for name, value in request.headers}, request.body)
    assert request.header("webhook-test") == "true"
    assert str(request.header("webhook-id")).startswith("test_")
    assert str(request.header("Authorization")).startswith("Basic ")
    assert request.fields[:3] == [("type", "CREATE"), ("resource", "contact"), ("number_of_attempts", "1")]
    assert [name for name, _ in request.fields] == ["type", "resource", "number_of_attempts", "data"]
    assert list(request.data) == [*CONTACT_KEYS, "location"]
    assert (request.data["last_name"], request.data["location_id"]) == ("Lue", world.here)
    assert request.data["location"]["id"] == world.here

    assert list(attempt) == list(attempt_shape(Attempt()))
    told = ("state", "status", "number", "sequence", "trigger", "url", "response_body", "reason_code", "advice")
    assert [attempt[name] for name in told] == ["succeeded", 200, 1, 1, "owner", url, "noted", None, None]
    assert attempt["peer"] == f"127.0.0.1 port {receiver.port}"
    assert attempt["duration_ms"] >= attempt["first_byte_ms"] >= 0
    assert "X-Told: thanks" in attempt["response_headers"]
    assert "Authorization: ***" in attempt["request_headers"]
    assert "webhook-signature: ***" in attempt["request_headers"]
    assert PASSWORD not in str(attempt)
    assert kept() == [0, 0, 0]


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [(respond(500, body=b"x" * 40_000), "http_status", 500), (answers.close, "no_response", None)],
    ids=["500", "closed"],
)
def test_a_failed_test_is_an_answer_too(
    world: World, receiver: Receiver, answer: answers.Answer, code: str, status: int | None
) -> None:
    config = world.config(url=receiver.plan("/hook", answer))
    attempt = attempt_in(world.api().post(path_of(config)))
    assert (attempt["state"], attempt["reason_code"], attempt["status"]) == ("failed", code, status)
    assert attempt["reason"]
    assert attempt["advice"]
    assert len(attempt["response_body"] or "") <= 16 * 1024
    assert len(receiver.requests()) == 1


def test_it_ends_at_the_total_deadline(world: World, receiver: Receiver, settings: Settings) -> None:
    settings.total_timeout = 0.5
    config = world.config(url=receiver.plan("/hook", answers.hang))
    attempt = attempt_in(world.api().post(path_of(config)))
    assert attempt["reason_code"] == "read_timeout"
    assert 450 <= attempt["duration_ms"] <= 1500


def test_an_inactive_config_is_tested_and_a_deleted_one_is_not(world: World, receiver: Receiver) -> None:
    config = world.config(url=receiver.url("/hook"), is_active="0")
    assert attempt_in(world.api().post(path_of(config)))["state"] == "succeeded"
    assert world.api().delete(f"postbackconfigs/{config.id}").status_code == 204
    assert world.api().post(path_of(config)).status_code == 409
    assert world.api().post("postbackconfigs/nosuchconfig/test").status_code == 404
    assert len(receiver.requests()) == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [("head", 200), ("owner", 200), ("operator", 200), ("program", 200), ("viewer", 403), ("stranger", 404)],
)
def test_who_may_send_one(world: World, receiver: Receiver, name: str, status: int) -> None:
    config = world.config(url=receiver.url("/hook"))
    assert world.api(name).post(path_of(config)).status_code == status
    assert len(receiver.requests()) == (1 if status == 200 else 0)


@pytest.mark.parametrize("resource", ["transaction", "transactionbatch", "accountvault", "invoice"])
def test_every_resource_has_its_sample(world: World, receiver: Receiver, resource: str) -> None:
    more = {} if resource in {"accountvault", "invoice"} else {"product_transaction_id": world.product_transaction().id}
    config = world.config(url=receiver.url("/hook"), resource=resource, **more)
    attempt_in(world.api().post(path_of(config)))
    [request] = receiver.requests()
    assert dict(request.fields)["resource"] == resource
    assert request.data["id"] == "11e66c8a943ff4b2bf1b2102"
    assert request.data.get("product_transaction_id") == more.get("product_transaction_id")


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:{}/", "http://2130706433:{}/", "http://[::ffff:127.0.0.1]:{}/", "http://localhost:{}/",
     "https://169.254.169.254/", "file:///etc/passwd", "http://me:pw@127.0.0.1:{}/", "http://127.0.0.1:1{}/"],
)  # fmt: skip
def test_what_may_not_be_called_is_not_called_whatever_stands_in_the_row(
    world: World, settings: Settings, canary: Canary, url: str
) -> None:
    config = world.config()
    with writing(db.session()):
        db.session.execute(update(PostbackConfig).values(url=url.format(canary.port)))
    settings.allowed_networks = ()
    attempt = attempt_in(world.api().post(path_of(config)))
    assert (attempt["state"], attempt["reason_code"], attempt["peer"]) == ("failed", "blocked_target", None)
    assert attempt["reason"]
    assert canary.connections == 0


def test_a_user_may_send_ten_a_minute_to_each_config(world: World, receiver: Receiver) -> None:
    config, other = (world.config(url=receiver.url(path)) for path in ("/one", "/other"))
    for left in range(9, -1, -1):
        answer = world.api().post(path_of(config))
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"tests";q=10;w=60'
        assert answer.headers["RateLimit"].startswith(f'"tests";r={left};t=')
    refused = world.api().post(path_of(config))
    assert (refused.status_code, refused.get_json()["name"]) == (429, "Too Many Requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert len(receiver.requests("/one")) == 10
    assert world.api().post(path_of(other)).status_code == 200
    assert world.api("operator").post(path_of(config)).status_code == 200
    later(61)
    assert world.api().post(path_of(config)).status_code == 200
    db.session.rollback()
    counted = db.session.scalar(select(func.count()).select_from(SentTest))
    assert counted == 2, "the user's own are let go of once they no longer count"


def later(seconds: int) -> None:
    """As if the tests so far had been sent that much earlier."""
    with writing(db.session()):
        db.session.execute(update(SentTest).values(sent_ms=SentTest.sent_ms - seconds * 1000))


def test_a_clock_that_was_set_back_locks_nobody_out(world: World, receiver: Receiver) -> None:
    config = world.config(url=receiver.url("/hook"))
    with writing(db.session()):
        user_id, ahead = world.users["owner"].id, now_ms() + 24 * 3600 * 1000
        db.session.add_all(SentTest(user_id=user_id, subject=config.id, sent_ms=ahead) for _ in range(test_sends.MOST))
    assert world.api().post(path_of(config)).status_code == 200


@pytest.mark.parametrize("resource", EXPANDS)
def test_what_a_payload_would_embed_is_in_its_sample_too(world: World, receiver: Receiver, resource: str) -> None:
    more = {"product_transaction_id": world.product_transaction().id} if "transaction" in resource else {}
    names = EXPANDS[resource]
    config = world.config(url=receiver.url("/hook"), resource=resource, expands=",".join(names), **more)
    assert attempt_in(world.api().post(path_of(config)))["state"] == "succeeded"
    [request] = receiver.requests()
    assert [name for name in names if name not in request.data] == []
    embedded = {"location": world.here, "created_user": world.users["owner"].id}
    assert all(request.data[name]["id"] == id_ for name, id_ in embedded.items() if name in names)
    if resource == "transaction":
        assert request.data["product_transaction"]["id"] == more["product_transaction_id"]
        assert (request.data["is_voidable"], request.data["is_refundable"], request.data["tags"]) == (True, True, [])
