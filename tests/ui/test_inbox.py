import re
import threading
import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from extensions import db
from models import Inbox, InboxMessage
from resources import inboxes
from resources.inboxes import LARGEST_BODY, inbox_of
from tests.ui.console import console_of, text_of
from tests.ui.tried import HOSTILE
from tests.world import World

FORM = {"type": "CREATE", "resource": "contact", "number_of_attempts": "2", "data": '{"id":"a1","last_name":"Jones"}'}


@pytest.fixture
def inbox(world: World) -> Inbox:
    return inbox_of(world.actor("owner"), world.here)


@pytest.fixture
def sender(world: World) -> FlaskClient:
    """Somebody out there: no cookie, no token of a form."""
    return world.app.test_client()


def arrived() -> list[InboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(InboxMessage).order_by(InboxMessage.id.desc())))


def test_anybody_may_post_and_the_owner_sees_it_decoded(world: World, inbox: Inbox, sender: FlaskClient) -> None:
    assert sender.post(f"/inbox/{inbox.token}", data=FORM).status_code == 200
    console = console_of(world, "viewer")
    page = console.get(f"/inbox/{inbox.token}")
    text = text_of(page)
    for part in ("Contact created", "Jones", "attempt 2", "answered 200", "Not signed", '"last_name": "Jones"'):
        assert part in text, part
    assert "application/x-www-form-urlencoded" in text
    assert f"http://postbacks.test/inbox/{inbox.token}" in page.text


def test_an_empty_inbox_says_what_to_do(world: World, inbox: Inbox) -> None:
    console = console_of(world, "operator")
    assert console.get(f"/locations/{world.here}/inbox").location == f"/inbox/{inbox.token}"
    page = console.get(f"/inbox/{inbox.token}")
    assert "Nothing has arrived yet" in page.text
    assert "curl http://postbacks.test/inbox/" in page.text
    add = re.search(r'href="([^"]+/new\?url=[^"]+)"', page.text)
    assert add
    form = console.client.get(add[1].replace("&amp;", "&"))
    assert f'value="http://postbacks.test/inbox/{inbox.token}"' in form.text


@pytest.mark.parametrize(("answer", "status"), [("200", 200), ("500", 500)])
def test_it_answers_as_it_is_told(world: World, inbox: Inbox, sender: FlaskClient, answer: str, status: int) -> None:
    console = console_of(world, "operator")
    path = f"/inbox/{inbox.token}"
    assert console.post(f"{path}/answer", {"answer": answer}).status_code == 303
    assert sender.post(path, data=FORM).status_code == status
    assert arrived()[0].answered == status
    assert re.search(rf'value="{answer}"\s+checked', console.get(path).text)


def test_a_slow_answer_holds_nothing_of_the_store(
    world: World, inbox: Inbox, sender: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    console_of(world, "operator").post(f"/inbox/{inbox.token}/answer", {"answer": "slow"})
    held: list[tuple[float, bool]] = []
    here, truly = threading.current_thread(), time.sleep

    def sleep(seconds: float) -> None:
        if threading.current_thread() is not here:  # the breaker's thread, say
            truly(seconds)
        else:
            held.append((seconds, db.session.registry.has()))

    monkeypatch.setattr(time, "sleep", sleep)
    assert sender.post(f"/inbox/{inbox.token}", data=FORM).status_code == 200
    assert held == [(inboxes.SLOW_SECONDS, False)]


@pytest.mark.parametrize("size", [LARGEST_BODY, LARGEST_BODY + 1])
def test_a_body_has_a_largest_size(inbox: Inbox, sender: FlaskClient, size: int) -> None:
    fits = size <= LARGEST_BODY
    answer = sender.post(f"/inbox/{inbox.token}", data=b"x" * size, content_type="text/plain")
    assert answer.status_code == (200 if fits else 413)
    assert len(arrived()) == int(fits)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00<script>alert(1)</script>", "text/plain"),
        (b"a" * 3000, "multipart/form-data; boundary=x"),
        (b"data=%ff%00&data=2&type=%3Cb%3E&resource=" + b"x" * 500, "application/x-www-form-urlencoded"),
        (b'type=CREATE&resource=%22%3E&data={"a":' + b"[" * 5000, "application/x-www-form-urlencoded"),
        (b'data="\\ud800"&type=\xed\xa0\x80', "nonsense"),
        (HOSTILE.encode(), "text/html"),
        (b'data=[{"first_name":["x"]}]&type=CREATE&resource=contact', "application/x-www-form-urlencoded"),
    ],
)
def test_whatever_comes_is_kept_and_shown_as_text(
    world: World, inbox: Inbox, sender: FlaskClient, body: bytes, content_type: str
) -> None:
    headers = {"X-Evil": HOSTILE.split("\u202e")[0], "User-Agent": "<img src=x onerror=alert(2)>"}
    answer = sender.post(f"/inbox/{inbox.token}", data=body, content_type=content_type, headers=headers)
    assert answer.status_code == 200
    (message,) = arrived()
    assert message.body == body
    console = console_of(world, "viewer")
    for path in (f"/inbox/{inbox.token}", f"/inbox/{inbox.token}/live", f"/inbox/{inbox.token}?message={message.id}"):
        page = console.client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "\u202e" not in page.text


def test_a_message_keeps_its_address(world: World, inbox: Inbox, sender: FlaskClient) -> None:
    for name in ("First", "Second"):
        sender.post(f"/inbox/{inbox.token}", data={**FORM, "data": f'{{"last_name":"{name}"}}'})
    console = console_of(world, "viewer")
    older = arrived()[-1].id
    assert '"last_name": "First"' in text_of(console.get(f"/inbox/{inbox.token}", message=older))
    assert '"last_name": "Second"' in text_of(console.get(f"/inbox/{inbox.token}"))
    assert console.get(f"/inbox/{inbox.token}", message="none").status_code == 404


def test_a_poll_is_answered_only_when_something_arrived(world: World, inbox: Inbox, sender: FlaskClient) -> None:
    client = console_of(world, "viewer").client
    live = f"/inbox/{inbox.token}/live"
    first = client.get(live)
    tag = {"HX-Request": "true", "HX-PTag": first.headers["HX-PTag"]}
    assert client.get(live, headers=tag).status_code == 304
    sender.post(f"/inbox/{inbox.token}", data=FORM)
    news = client.get(live, headers=tag)
    assert news.status_code == 200
    assert "Contact created" in news.text
    assert "<html" not in news.text


def test_an_unknown_address_is_nobodys(world: World, inbox: Inbox, sender: FlaskClient) -> None:
    for token in ("none", "%00", "x" * 300):
        assert sender.post(f"/inbox/{token}", data=FORM).status_code == 404
    assert sender.get(f"/inbox/{inbox.token}").location == f"/sign-in?next=/inbox/{inbox.token}"
    for path in (f"/inbox/{inbox.token}", f"/inbox/{inbox.token}/live", f"/locations/{world.here}/inbox"):
        assert console_of(world, "stranger").get(path).status_code == 404
    assert console_of(world, "stranger").post(f"/inbox/{inbox.token}/answer", {"answer": "500"}).status_code == 404


def test_a_viewer_may_not_tell_it_what_to_answer(world: World, inbox: Inbox) -> None:
    viewer, operator = console_of(world, "viewer"), console_of(world, "operator")
    assert viewer.post(f"/inbox/{inbox.token}/answer", {"answer": "500"}).status_code == 403
    assert "Set answer" not in viewer.get(f"/inbox/{inbox.token}").text
    assert operator.post(f"/inbox/{inbox.token}/answer", {"answer": "teapot"}).status_code == 422
    assert operator.client.post(f"/inbox/{inbox.token}/answer", data={"answer": "500"}).status_code == 400
    db.session.rollback()
    assert db.session.get_one(Inbox, inbox.id).answer == "200"
