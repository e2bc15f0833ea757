"""The form's live parts: what it would send, whether its URL may be called, a test before saving."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest

from extensions import db
from models import ProductTransaction, writing
from tests.answers import respond
from tests.receiver import Receiver
from tests.ui.console import as_it_was, console_of, text_of
from tests.ui.test_postback_form import typed
from tests.world import World

PRE = re.compile(r'<pre tabindex="0" role="group" aria-label="([^"]+)">(.*?)</pre>', re.DOTALL)


def path_of(world: World, what: str) -> str:
    return f"/locations/{world.here}/settings/postbacks/{what}"


def blocks(page: str) -> dict[str, str]:
    return {name: unescape(text) for name, text in PRE.findall(page)}


def test_the_preview_is_what_is_sent(world: World, receiver: Receiver) -> None:
    url = receiver.url("/hook?a=1&b=%20")
    form = typed(
        url=url, expands=["contact:location"], basic_auth_username="harbour", basic_auth_password="secret-word"
    )
    console = console_of(world, "operator")
    shown = blocks(console.post(path_of(world, "preview"), form).text)["Request"]
    assert console.post(path_of(world, "try"), form).status_code == 200
    (got,) = receiver.requests()
    head, body = shown.split("\n\n")
    request_line, *lines = head.split("\n")
    assert request_line == got.request_line
    assert body == got.body.decode()
    previewed = dict(line.split(": ", 1) for line in lines)
    sent = {name: value for name, value in got.headers if name != "webhook-test"}
    assert previewed.keys() == sent.keys()
    fixed = previewed.keys() - {"webhook-id", "webhook-timestamp", "webhook-signature", "Authorization"}
    assert {name: previewed[name] for name in fixed} == {name: sent[name] for name in fixed}
    assert previewed["Host"] == urlsplit(url).netloc
    assert (previewed["Authorization"], previewed["webhook-signature"]) == ("***", "***")


def test_the_preview_follows_what_is_typed(world: World) -> None:
    console = console_of(world, "operator")
    page = console.get(path_of(world, "preview"), resource="invoice", on_update="y", url="https://127.0.0.1/typed").text
    assert "(invoice, UPDATE)" in page
    request = blocks(page)["Request"]
    assert request.startswith("POST /typed HTTP/1.1\nHost: 127.0.0.1\n")
    assert "type=UPDATE&resource=invoice&number_of_attempts=1&data=" in request
    assert blocks(page)["Command"].startswith("curl -sS -X POST https://127.0.0.1/typed")
    assert "<html" not in page


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"resource": "nonsense", "url": "://[", "expands": "contact:nonsense"},
        {"url": '"><script>alert(1)</script>\r\nX: y', "basic_auth_username": "a\r\nX: y\u202e", "resource": "contact"},
        {"product_transaction_id": "x" * 5000, "resource": "transaction", "url": "y" * 5000},
    ],
)
def test_the_preview_makes_the_best_of_anything(world: World, query: dict[str, str]) -> None:
    answer = console_of(world, "operator").get(path_of(world, "preview"), **query)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text


def test_stored_credentials_are_announced_but_never_shown(world: World) -> None:
    config = world.config(basic_auth_username="harbour", basic_auth_password="hidden-word")
    page = console_of(world, "operator").get(path_of(world, "preview"), config_id=config.id, url="https://127.0.0.1/")
    assert "Authorization: ***" in blocks(page.text)["Request"]
    assert "hidden-word" not in page.text


def test_without_scripts_the_preview_keeps_what_was_typed(world: World) -> None:
    form = typed(url="https://127.0.0.1/typed", number_of_attempts="17", basic_auth_password="do-not-echo-me")
    with as_it_was():
        page = console_of(world, "operator").post(path_of(world, "preview"), form).text
    assert 'value="https://127.0.0.1/typed"' in page
    assert 'value="17"' in page
    assert "do-not-echo-me" not in page
    assert "POST /typed" in blocks(page)["Request"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://127.0.0.1/fine", "This URL may be called."),
        ("ftp://127.0.0.1/", "URL cannot be called:"),
        ("https://10.0.0.1/", "URL cannot be called:"),
        ("", "URL cannot be blank."),
        ("https://127.0.0.1/" + "a" * 600, "at most 512"),
    ],
)
def test_the_url_is_judged_as_saving_it_would(world: World, url: str, says: str) -> None:
    answer = console_of(world, "operator").get(path_of(world, "check-url"), url=url)
    assert answer.status_code == 200
    assert says in text_of(answer)
    assert "<html" not in answer.text


def test_trying_tells_what_came_of_it_and_saves_nothing(world: World, receiver: Receiver) -> None:
    form = typed(url=receiver.plan("/hook", respond(503)), basic_auth_username="harbour", basic_auth_password="word")
    with as_it_was():
        page = console_of(world, "operator").post(path_of(world, "try"), form)
    assert page.status_code == 200
    assert "The receiver answered 503" in text_of(page)
    assert f'value="{form["url"]}"' in page.text
    assert 'value="word"' not in page.text
    (got,) = receiver.requests()
    assert dict(got.headers)["Authorization"] == "Basic aGFyYm91cjp3b3Jk"


def test_trying_what_is_not_valid_sends_nothing(world: World, receiver: Receiver) -> None:
    form = typed(url=receiver.url("/hook"), number_of_attempts="0", basic_auth_password="do-not-echo-me")
    page = console_of(world, "operator").post(path_of(world, "try"), form)
    assert page.status_code == 422
    assert "Number of attempts must be between 1 and 100." in page.text.split('id="trial-outcome"')[1]
    assert "do-not-echo-me" not in page.text
    assert receiver.requests() == []


def test_a_stored_password_does_not_go_to_a_url_that_was_just_typed(world: World, receiver: Receiver) -> None:
    config = world.config(basic_auth_username="harbour", basic_auth_password="hidden-word")
    form = typed(url=receiver.url("/elsewhere"), config_id=config.id, basic_auth="keep")
    page = console_of(world, "operator").post(path_of(world, "try"), form)
    assert "Sent without the stored credentials" in text_of(page)
    (got,) = receiver.requests()
    assert "Authorization" not in dict(got.headers)


@pytest.mark.parametrize("what", ["preview", "check-url", "try"])
@pytest.mark.parametrize(("name", "status"), [("viewer", 403), ("stranger", 404)])
def test_who_may_not_add_cannot_ask(world: World, receiver: Receiver, what: str, name: str, status: int) -> None:
    console, form = console_of(world, name), typed(url=receiver.url("/hook"))
    if what != "check-url":
        assert console.post(path_of(world, what), form).status_code == status
    if what != "try":
        assert console.get(path_of(world, what), url=receiver.url("/hook")).status_code == status
    assert receiver.requests() == []


def test_the_locations_accounts_are_offered(world: World) -> None:
    with writing(db.session()):
        for id_, place, title, active in (
            ("pt-here", world.here, "Counter sales", True),
            ("pt-shut", world.here, "Closed account", False),
            ("pt-there", world.elsewhere, "Of the others", True),
        ):
            account = ProductTransaction(id=id_, location_id=place, payment_method="cc", title=title, active=active)
            db.session.add(account)
    page = console_of(world, "operator").get(path_of(world, "new")).text
    assert re.search(r'<option value="pt-here"\s*>Counter sales \(CC\)</option>', page)
    assert "Closed account" not in page
    assert "Of the others" not in page
    refused = console_of(world, "operator").post(path_of(world, "new"), typed(resource="transaction")).text
    assert 'href="#product_transaction_id"' in refused
    kept = typed(resource="transaction", product_transaction_id="pt-here", url="ftp://x")
    again = console_of(world, "operator").post(path_of(world, "new"), kept).text
    assert re.search(r'<option value="pt-here"\s+selected>', again)
