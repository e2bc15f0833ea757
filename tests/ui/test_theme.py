"""The theme: chosen by a form, kept in a cookie, rendered by the server."""

import pytest
from flask import Flask

from tests.ui.console import Console

SIGN_IN = "/sign-in"


@pytest.fixture
def stranger(app: Flask) -> Console:
    return Console(app.test_client())


@pytest.mark.parametrize(
    ("chosen", "rendered"), [("dark", "dark"), ("light", "light"), ("auto", "auto"), ('"><b>', "auto"), ("", "auto")]
)
def test_the_choice_is_kept(stranger: Console, chosen: str, rendered: str) -> None:
    answer = stranger.post("/theme", {"theme": chosen, "next": SIGN_IN}, page=SIGN_IN)
    assert (answer.status_code, answer.location) == (303, SIGN_IN)
    assert f'data-bs-theme="{rendered}"' in stranger.get(SIGN_IN).text
    cookie = next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith("theme="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_without_a_choice_the_system_decides(stranger: Console) -> None:
    assert 'data-bs-theme="auto"' in stranger.get(SIGN_IN).text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x", ""]
)
def test_the_way_back_stays_on_this_site(stranger: Console, target: str) -> None:
    assert stranger.post("/theme", {"theme": "dark", "next": target}, page=SIGN_IN).location == "/"


def test_a_choice_without_a_token_is_refused(stranger: Console) -> None:
    assert stranger.client.post("/theme", data={"theme": "dark"}).status_code == 400
