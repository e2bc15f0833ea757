import re
from html import unescape
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from config import Settings
from extensions import db
from models import UserSession, now_ts, writing
from resources.sign_in import FAILURES_PER_ACCOUNT_AND_ADDRESS
from resources.users import set_password
from tests.ui.console import TOKEN, console_of, text_of
from tests.world import World

PASSWORD = "correct horse"
OUTSIDE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "/%09/..//evil.example\r\nLocation: x",
    " //evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/\u2028/evil.example",
    "",
]


@pytest.fixture
def client(world: World) -> FlaskClient:
    set_password(world.users["viewer"].id, PASSWORD)
    return world.app.test_client()


def send(client: FlaskClient, password: str = PASSWORD, username: str = "viewer", **more: str) -> TestResponse:
    token = TOKEN.search(client.get("/sign-in").text)
    assert token
    form = {"csrf_token": token[1], "username": username, "password": password, **more}
    return client.post("/sign-in", data=form)


def test_in_and_out(client: FlaskClient) -> None:
    answer = send(client)
    assert (answer.status_code, answer.location) == (303, "/locations")
    assert client.get("/locations").status_code == 200
    assert client.get("/sign-in").location == "/locations", "who is in need not sign in"
    token = TOKEN.search(client.get("/locations").text)
    assert token
    assert client.post("/sign-out", data={"csrf_token": token[1]}).location == "/sign-in"
    assert client.get("/locations").status_code == 303


def test_a_wrong_password_says_nothing_more(client: FlaskClient) -> None:
    wrong, nobody = send(client, "wrong"), send(client, "wrong", "nobody")
    assert wrong.status_code == nobody.status_code == 401
    said = "The username or the password is not right."
    assert said in wrong.text
    assert said in nobody.text
    assert "correct horse" not in wrong.text
    assert 'value="wrong"' not in wrong.text, "a password is never echoed"


def test_the_wait_is_told(client: FlaskClient) -> None:
    for _ in range(FAILURES_PER_ACCOUNT_AND_ADDRESS):
        send(client, "wrong")
    answer = send(client)
    assert answer.status_code == 429
    assert 890 < int(answer.headers["Retry-After"]) <= 900
    assert "Too many failed tries" in answer.text


def test_what_was_typed_stays_text(client: FlaskClient) -> None:
    answer = send(client, "x", '"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


@pytest.mark.parametrize("form", [{}, {"username": "viewer"}, {"password": PASSWORD}])
def test_an_incomplete_form_is_refused_alike(client: FlaskClient, form: dict[str, str]) -> None:
    token = TOKEN.search(client.get("/sign-in").text)
    assert token
    assert client.post("/sign-in", data={"csrf_token": token[1], **form}).status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_without_the_token_of_the_form_nothing_happens(client: FlaskClient, path: str) -> None:
    send(client)
    answer = client.post(path, data={"username": "viewer", "password": PASSWORD})
    assert answer.status_code == 400
    assert client.get("/locations").status_code == 200


@pytest.mark.parametrize("target", OUTSIDE)
def test_next_never_leaves_this_site(client: FlaskClient, target: str) -> None:
    assert send(client, next=target).location == "/locations"
    assert client.get("/sign-in", query_string={"next": target}).location == "/locations"


def test_next_leads_back_to_where_one_was_going(client: FlaskClient) -> None:
    asked = "/deliveries?status=failed&q=a%20b"
    to_sign_in = client.get(asked).location or ""
    page = client.get(to_sign_in)
    *_, hidden = re.findall(r'name="next"\s+value="([^"]+)"', page.text)
    assert send(client, next=unescape(hidden)).location == asked


@pytest.mark.parametrize(
    ("headers", "back"),
    [
        ({"HX-Current-URL": "http://localhost/deliveries?q=1"}, "/deliveries?q=1"),
        ({"HX-Current-URL": "http://evil.example/deliveries"}, None),
        ({"HX-Current-URL": "http://[/"}, None),
        ({}, None),
    ],
)
def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(
    client: FlaskClient, headers: dict[str, str], back: str | None
) -> None:
    answer = client.get("/deliveries/live", headers={"HX-Request": "true", **headers})
    assert answer.status_code == 401
    target = answer.headers["HX-Redirect"]
    assert target.startswith("/sign-in")
    assert unquote(target) == (f"/sign-in?next={back}" if back else "/sign-in")


def test_a_form_sent_too_late_leads_back_to_its_page(client: FlaskClient, world: World) -> None:
    page = f"/locations/{world.here}/contacts/new"
    csrf = TOKEN.search(client.get("/sign-in").text)
    assert csrf
    for referer, back in [(f"http://localhost{page}", page), ("http://evil.example/x", None), ("", None)]:
        answer = client.post(page, data={"csrf_token": csrf[1]}, headers={"Referer": referer})
        assert (answer.location or "").startswith("/sign-in")
        assert ((back or "next=") in (answer.location or "")) == bool(back)


def test_every_sign_in_makes_a_new_session(client: FlaskClient) -> None:
    send(client)
    client.get("/locations")
    with client.session_transaction() as session:
        first = dict(session)
        session["planted"] = "by somebody else"
        del session["_user_id"]
    send(client)
    with client.session_transaction() as session:
        assert session["_user_id"] != first["_user_id"]
        assert session.get("csrf_token") != first["csrf_token"]
        assert "planted" not in session
    db.session.rollback()
    assert len(db.session.scalars(select(UserSession)).all()) == 2


def test_a_revoked_session_is_no_session(client: FlaskClient) -> None:
    send(client)
    with writing(db.session()):
        db.session.execute(update(UserSession).values(revoked_ts=now_ts()))
    assert client.get("/locations").status_code == 303


def test_a_copied_cookie_ends_with_the_session(client: FlaskClient, app: Flask) -> None:
    send(client)
    cookie = client.get_cookie("postbacks_session")
    assert cookie
    token = TOKEN.search(client.get("/locations").text)
    assert token
    client.post("/sign-out", data={"csrf_token": token[1]})
    thief = app.test_client()
    thief.set_cookie("postbacks_session", cookie.value)
    assert thief.get("/locations").status_code == 303


def test_the_cookie_is_for_this_site_and_for_no_script(client: FlaskClient, app: Flask) -> None:
    set_cookie = send(client).headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert app.config["SESSION_COOKIE_SECURE"] is False, "only because the tests say so"
    assert "remember_token" not in set_cookie


def test_polls_keep_no_session_alive(world: World) -> None:
    console = console_of(world, "viewer")

    def age() -> None:
        with writing(db.session()):
            db.session.execute(update(UserSession).values(last_seen_ts=now_ts() - 3600))

    def seen_ago() -> int:
        db.session.rollback()
        return now_ts() - (db.session.scalar(select(UserSession.last_seen_ts)) or 0)

    console.get("/locations")
    age()
    poll = console.client.get("/deliveries/live", headers={"HX-Request": "true", "HX-PTag": "x"})
    assert (poll.status_code, "Set-Cookie" in poll.headers) == (200, False)
    assert seen_ago() >= 3600
    page = console.get("/locations")
    assert "Set-Cookie" in page.headers
    assert seen_ago() < 60


def test_the_demo_says_where_its_password_stands_and_not_what_it_is(client: FlaskClient, settings: Settings) -> None:
    assert "demo.env" not in client.get("/sign-in").text
    settings.demo = True
    text = text_of(client.get("/sign-in"))
    assert "instance/demo.env" in text
    assert PASSWORD not in text
