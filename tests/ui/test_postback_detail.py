"""One postback config's page: how it is doing, its secret, a test of it."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from extensions import db
from models import AuditEntry, PostbackConfig, writing
from resources.postback_configs import signing_secret
from resources.sign_in import FAILURES_PER_ACCOUNT_AND_ADDRESS
from resources.test_sends import MOST
from resources.users import set_password
from tests.answers import respond
from tests.receiver import Receiver
from tests.ui.console import Console, as_it_was, console_of, text_of
from tests.ui.tried import HOSTILE, attempt_at, delivery_of
from tests.world import World

PASSWORD = "correct horse"
WHOLE_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")


def path_of(world: World, config: PostbackConfig, what: str = "") -> str:
    return f"/locations/{world.here}/settings/postbacks/{config.id}{what and '/' + what}"


def stored(config_id: str) -> PostbackConfig:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(PostbackConfig, config_id)


def audited(config: PostbackConfig) -> list[tuple[str, str]]:
    db.session.rollback()
    of_it = select(AuditEntry.username, AuditEntry.action).where(AuditEntry.record_id == config.id)
    return [(username, action) for username, action in db.session.execute(of_it.order_by(AuditEntry.id))]


@pytest.fixture
def operator(world: World) -> Console:
    set_password(world.users["operator"].id, PASSWORD)
    return console_of(world, "operator")


def test_it_says_what_is_set_and_what_came_of_it(world: World) -> None:
    config = world.config(
        url="https://127.0.0.1:8443/deep?q=1",
        number_of_attempts=5,
        expands="location",
        basic_auth_username="harbour",
        basic_auth_password="hidden-word",
    )
    delivery_of(world, world.contact(), state="delivered", finished_ms=None, attempts_made=1)
    page = console_of(world, "viewer").get(path_of(world, config))
    words = text_of(page)
    for part in (
        "5 attempts, gives up after about 20 min.",
        "location",
        "Active",
        "Contact created",
        "Delivered",
        "1/5",
    ):
        assert part in words
    assert "https://<b>127.0.0.1:8443</b>/deep?q=1" in page.text
    assert 'aria-label="Outcomes by hour: 1 delivered"' in page.text
    assert "hidden-word" not in page.text
    assert "harbour" not in page.text, "who may not edit need not know the username"
    assert not WHOLE_SECRET.search(page.text)
    assert f"deliveries?config={config.id}" in page.text


def test_what_has_sent_nothing_yet_says_so(world: World) -> None:
    config = world.config()
    words = text_of(console_of(world, "operator").get(path_of(world, config)))
    for part in ("Nothing was sent yet", "No deliveries in the last 24 hours.", "nothing ended in 7 days"):
        assert part in words


def test_a_failing_one_says_why_and_what_to_do(world: World) -> None:
    config = world.config()
    reason, advice = "The certificate expired.", "Ask the receiver to renew it."
    failed = delivery_of(world, world.contact(), state="failed", attempts_made=3, reason=reason)
    attempt_at(failed, 1, advice="Look into something else.")
    attempt_at(failed, 2, advice=advice)
    page = console_of(world, "viewer").get(path_of(world, config))
    assert "its only delivery so far did not get through. The certificate expired." in text_of(page)
    assert advice in text_of(page)
    assert "something else" not in page.text
    assert f'href="/deliveries/{failed.id}"' in page.text


def test_a_viewer_reads_why_a_button_is_barred(world: World) -> None:
    config = world.config()
    page = console_of(world, "viewer").get(path_of(world, config))
    assert "Edit Needs the operator role" in text_of(page)
    for what in ("edit", "pause", "delete", "test", "secret/reveal", "secret/rotate"):
        assert f'"{path_of(world, config, what)}"' not in page.text


@pytest.mark.parametrize("what", ["test", "secret/reveal", "secret/rotate"])
@pytest.mark.parametrize(("name", "status"), [("viewer", 403), ("stranger", 404)])
def test_who_may_not_change_it_cannot(world: World, what: str, name: str, status: int) -> None:
    config = world.config()
    before = signing_secret(config)
    answer = console_of(world, name).post(path_of(world, config, what), {"password": PASSWORD})
    assert answer.status_code == status
    assert before not in answer.text
    assert signing_secret(stored(config.id)) == before


def test_the_secret_is_revealed_for_the_password_and_that_is_on_record(world: World, operator: Console) -> None:
    config = world.config()
    secret = signing_secret(config)
    assert secret not in unescape(operator.get(path_of(world, config, "secret/reveal")).text)
    shown = operator.post(path_of(world, config, "secret/reveal"), {"password": PASSWORD})
    assert shown.status_code == 200
    assert secret in unescape(shown.text)
    assert shown.headers["Cache-Control"] == "no-store"
    assert audited(config) == [("owner", "create"), ("operator", "reveal_secret")]


def test_a_wrong_password_reveals_nothing_and_counts(world: World, operator: Console) -> None:
    config = world.config()
    for _ in range(FAILURES_PER_ACCOUNT_AND_ADDRESS):
        answer = operator.post(path_of(world, config, "secret/reveal"), {"password": "guess"})
        assert (answer.status_code, signing_secret(config) in unescape(answer.text)) == (422, False)
        assert "That is not your password." in answer.text
        assert "guess" not in answer.text
    answer = operator.post(path_of(world, config, "secret/reveal"), {"password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert signing_secret(config) not in unescape(answer.text)
    assert audited(config) == [("owner", "create")]


def test_rotating_shows_the_new_one_once_and_keeps_the_old_for_a_day(world: World, operator: Console) -> None:
    config = world.config()
    old = signing_secret(config)
    assert "For 24 hours" in text_of(operator.get(path_of(world, config, "secret/rotate")))
    answer = operator.post(path_of(world, config, "secret/rotate"))
    shown = unescape(operator.get(answer.location).text)
    new = signing_secret(stored(config.id))
    assert new in shown
    assert "The secret is rotated" in shown
    assert new != old
    assert operator.get(answer.location).status_code == 303
    page = operator.get(path_of(world, config))
    assert "The secret before signs as well until" in text_of(page)
    assert not WHOLE_SECRET.search(unescape(page.text))


@pytest.mark.parametrize(("status", "word"), [(200, "Delivered"), (500, "Failed")])
def test_a_test_tells_what_came_of_it_and_keeps_nothing(
    world: World, receiver: Receiver, status: int, word: str
) -> None:
    config = world.config(url=receiver.plan("/hook", respond(status, body=HOSTILE.encode())))
    with as_it_was():
        page = console_of(world, "operator").post(path_of(world, config, "test"))
    assert page.status_code == 200
    assert word in text_of(page)
    assert f"The receiver answered {status}" in text_of(page)
    assert "<script>alert(1)" not in page.text
    (got,) = receiver.requests()
    assert got.webhook_id.startswith("test_")


def test_a_test_is_refused_where_the_target_is_or_there_were_too_many(world: World, receiver: Receiver) -> None:
    config = world.config(url=receiver.url("/hook"))
    console = console_of(world, "operator")
    for _ in range(MOST):
        assert console.post(path_of(world, config, "test")).status_code == 200
    refused = console.post(path_of(world, config, "test"))
    assert refused.status_code == 429
    assert "Nothing was sent." in text_of(refused)
    assert len(receiver.requests()) == MOST


def test_a_secret_whose_key_is_gone_breaks_no_page(world: World, operator: Console) -> None:
    config = world.config()
    with writing(db.session()):
        db.session.get_one(PostbackConfig, config.id).signing_secret = b"not readable"
    page = operator.get(path_of(world, config))
    assert page.status_code == 200
    assert "an encryption key that is gone" in text_of(page)
    assert operator.post(path_of(world, config, "secret/reveal"), {"password": PASSWORD}).status_code == 409
