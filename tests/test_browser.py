"""The tests' own browser: that a page is watched closely enough to fail a test."""

import pytest
from playwright.sync_api import Browser

from tests.answers import Answer, respond
from tests.browser import OpenPage, Watched, axe
from tests.receiver import Receiver

CSP = {"Content-Security-Policy": "default-src 'none'; script-src 'self'", "Content-Type": "text/html; charset=utf-8"}


def page_with(markup: str, status: int = 200) -> Answer:
    html = f'<!DOCTYPE html><html lang="en"><title>t</title><main><h1>t</h1>{markup}</main></html>'
    return respond(status, CSP, html.encode())


def complaints_of(watched: Watched) -> str:
    watched.page.goto("/")
    watched.page.wait_for_timeout(100)
    text = "\n".join(watched.complaints)
    watched.complaints.clear()
    return text


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("<script>1</script>", "CSP: script-src-elem"),
        ('<p style="color: red">red</p>', "CSP: style-src-attr"),
        ('<a href="http://example.com/">link only</a>', ""),
        ('<img alt="x" src="http://example.com/x.png">', "foreign request: http://example.com/x.png"),
        ('<script src="/missing.js"></script>', "console error: Failed to load resource"),
        ('<script src="/broken.js"></script>', "page error: nonsense is not defined"),
    ],
)
def test_complains(receiver: Receiver, open_page: OpenPage, markup: str, complaint: str) -> None:
    receiver.plan("/", page_with(markup))
    receiver.plan("/missing.js", 404)
    receiver.plan("/broken.js", respond(200, {"Content-Type": "text/javascript"}, b"nonsense()"))
    receiver.plan("/favicon.ico", 204)
    found = complaints_of(open_page(receiver.url("")))
    assert complaint in found
    assert bool(complaint) == bool(found)


def test_what_is_expected_is_no_complaint(receiver: Receiver, open_page: OpenPage) -> None:
    receiver.plan("/", page_with("no", status=422))
    receiver.plan("/favicon.ico", 204)
    watched = open_page(receiver.url(""))
    watched.expect("status of 422")
    watched.page.goto("/")
    watched.check()
    assert watched.complaints


def test_axe_finds_what_is_wrong_and_nothing_where_nothing_is(receiver: Receiver, open_page: OpenPage) -> None:
    receiver.plan("/", page_with("fine"), page_with('<img src="/favicon.ico">'))
    receiver.plan("/favicon.ico", respond(204))
    watched = open_page(receiver.url(""), theme="dark", width=360)
    watched.page.goto("/")
    assert axe(watched.page) == []
    assert watched.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches && innerWidth") == 360
    watched.page.goto("/")
    assert [line.split(":")[0] for line in axe(watched.page)] == ["image-alt"]
    watched.complaints.clear()


def test_without_java_script_nothing_runs(receiver: Receiver, open_page: OpenPage, browser: Browser) -> None:
    script = respond(200, {"Content-Type": "text/javascript"}, b"document.title = 'ran'")
    receiver.plan("/", page_with('<script src="/run.js"></script>'))
    receiver.plan("/run.js", script)
    receiver.plan("/favicon.ico", 204)
    watched = open_page(receiver.url(""), java_script=False)
    watched.page.goto("/")
    assert watched.page.title() == "t"
    assert browser.is_connected()
