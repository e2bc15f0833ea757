import gzip
import re

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from config import HOUSE

GZIP = {"Accept-Encoding": "gzip, br"}
SHEET = "vendor/bootstrap.min.css"


@pytest.fixture
def address(app: Flask) -> str:
    with app.test_request_context():
        return url_for("static", filename=SHEET)


def test_an_address_stands_for_its_content(client: FlaskClient, address: str) -> None:
    assert re.fullmatch(rf"/static/{SHEET}\?v=[0-9a-f]{{12}}", address)
    answer = client.get(address, headers=GZIP)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == (HOUSE / "static" / SHEET).read_bytes()
    assert len(answer.data) < 40_000
    assert client.get(address).data == (HOUSE / "static" / SHEET).read_bytes()


@pytest.mark.parametrize("query", ["", "?v=000000000000"])
def test_who_asks_for_no_or_another_version_keeps_nothing_unasked(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/static/{SHEET}{query}", headers=GZIP)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    again = client.get(f"/static/{SHEET}{query}", headers=GZIP | {"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name", ["nothing.css", "../app.py", "..%2Fapp.py", "%2e%2e/config.py", "styles", "styles/", "\0"]
)
def test_nothing_else_is_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code in {404, 308}
    assert b"create_app" not in client.get(f"/static/{name}").data


def test_a_page_is_packed_for_who_takes_that(client: FlaskClient) -> None:
    plain = client.get("/sign-in")
    lengths = set()
    for _ in range(20):
        answer = client.get("/sign-in", headers=GZIP)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert b"<h1" in gzip.decompress(answer.data)
        lengths.add(len(answer.data))
    assert len(lengths) > 3, "the length must tell nothing"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_picture_is_sent_as_one(client: FlaskClient) -> None:
    answer = client.get("/static/pictures/replay-light.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.data == (HOUSE / "static" / "pictures" / "replay-light.webp").read_bytes()
