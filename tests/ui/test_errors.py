"""The console's error pages."""

import re

import pytest
from flask import Flask, Response
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from schemas.refusals import Conflict, Forbidden, Gone
from tests.ui.console import console_of, text_of
from tests.world import World
from ui.errors import html_error

ID = re.compile(r"[0-9a-f]{24}")


def page_for(app: Flask, error: Exception, **headers: str) -> Response:
    with app.test_request_context("/locations", headers=headers):
        app.preprocess_request()
        return html_error(error)


def test_an_unknown_address_gets_a_page_with_the_request_id(world: World) -> None:
    answer = console_of(world, "viewer").get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.text
    assert "Nothing here" in answer.text
    assert "viewer" in text_of(answer), "who is signed in keeps the navigation"


def test_a_stranger_gets_the_page_without_the_navigation(app: Flask) -> None:
    answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert "Sign out" not in answer.text


def test_a_wrong_method_names_the_right_ones(app: Flask) -> None:
    answer = app.test_client().put("/sign-in")
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (Forbidden("v2.x.post"), 403, "Not allowed here"),
        (Gone(), 409, "Too late"),
        (Conflict("The secret cannot be read. Rotate it."), 409, "The secret cannot be read. Rotate it."),
        (RequestEntityTooLarge(), 413, "Too large"),
        (TooManyRequests(retry_after=7), 429, "Too many tries"),
        (OperationalError("select", {}, Exception("SECRET dsn")), 503, "The database is away"),
    ],
)
def test_each_error_has_its_page(app: Flask, error: Exception, status: int, says: str) -> None:
    answer = page_for(app, error)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert says in text
    assert "SECRET" not in text
    assert ID.search(text)
    assert ("Retry-After" in answer.headers) == (status in {429, 503})


def test_an_unforeseen_error_tells_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("SECRET of the house")

    monkeypatch.setitem(app.view_functions, "sign_in.form", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = app.test_client().get("/sign-in")
    assert answer.status_code == 500
    assert "SECRET" not in answer.text
    assert "Something broke on our side" in answer.text
    assert "Try again" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_part_of_a_page_is_not_replaced_by_an_error_page(app: Flask) -> None:
    assert page_for(app, Gone(), **{"HX-Request": "true"}).headers["HX-Reswap"] == "none"
    assert "HX-Reswap" not in page_for(app, Gone()).headers
