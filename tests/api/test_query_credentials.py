"""Credentials in the query string: refused unless the deployment wants them, seen by nobody else in either case."""

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from api.query_credentials import NAMES
from config import Settings
from tests.environment import product_environment
from tests.processes import Processes, free_port
from tests.world import DEVELOPER, World


def url(world: World, path: str = "contacts", **more: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in {**world.headers("owner"), **more}.items())
    return f"/v2/{path}?{query}"


@pytest.fixture
def accepting(settings: Settings) -> None:
    settings.query_credentials = True


def test_they_are_off_and_said_to_be(world: World, settings: Settings) -> None:
    assert settings.query_credentials is False
    for headers in ({}, world.headers("owner")):
        response = world.app.test_client().get(url(world), headers=headers)
        assert response.status_code == 401
        assert response.json is not None
        assert "query string" in response.json["message"]
        assert "WWW-Authenticate" in response.headers


@pytest.mark.usefixtures("accepting")
def test_they_open_the_door_where_they_are_on(world: World) -> None:
    client = world.app.test_client()
    assert client.get(url(world)).status_code == 200
    assert client.get(url(world).replace(world.keys["owner"], "wrong")).status_code == 401
    assert client.get(f"/v2/contacts?developer-id={DEVELOPER}").status_code == 401
    body = {"contact": {"location_id": world.here, "last_name": "Jones"}}
    assert client.post(url(world), json=body).status_code == 201


@pytest.mark.usefixtures("accepting")
def test_a_header_counts_before_them(world: World) -> None:
    response = world.app.test_client().get(url(world, "users/me"), headers=world.headers("viewer"))
    assert response.json is not None
    assert response.json["user"]["username"] == "viewer"


@pytest.mark.usefixtures("accepting")
def test_they_are_no_filters_and_stand_in_no_link(world: World) -> None:
    world.contact(last_name="Jones")
    world.contact(last_name="Smith")
    response = world.app.test_client().get(url(world, last_name="jon", page_size="1"))
    assert response.json is not None
    assert [contact["last_name"] for contact in response.json["contacts"]] == ["Jones"]
    assert "last_name=jon" in response.text
    assert not any(name in response.text for name in NAMES)
    assert world.keys["owner"] not in response.text


@pytest.mark.parametrize("path", ["contacts", "nothing", "contacts/none", "contacts?page=x"])
@pytest.mark.parametrize("on", [True, False])
def test_no_answer_and_no_log_shows_them(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture, path: str, *, on: bool
) -> None:
    settings.query_credentials = on
    caplog.set_level(logging.DEBUG)
    response = world.app.test_client().get(url(world, path.partition("?")[0], page="x"))
    assert world.keys["owner"] not in response.text + str(response.headers) + caplog.text


@pytest.fixture
def processes(sqlite_url: str, tmp_path: Path) -> Iterator[Processes]:
    started = Processes(product_environment(tmp_path, database_url=sqlite_url), tmp_path)
    yield started
    started.stop()


def test_an_access_log_holds_none(processes: Processes) -> None:
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--access-logfile", "-", "--no-control-socket", "app:create_app()"]
    server = processes.run("web", ["gunicorn", *options]).wait_for_line("Booting worker")
    for query in ("user-api-key=hunter2&page=7", "page=8&access-token=hunter2", "page=9&user%2Dapi-key=hunter2"):
        with pytest.raises(HTTPError):
            urlopen(f"http://127.0.0.1:{port}/v2/contacts?{query}", timeout=10)
    with pytest.raises(HTTPError):
        urlopen(Request(f"http://127.0.0.1:{port}/v2/token/hunter2", method="DELETE"), timeout=10)
    for line in ("/v2/contacts?page=7 ", "/v2/contacts?page=8 ", "/v2/contacts?page=9 ", "DELETE /v2/token/*** "):
        server.wait_for_line(line)
    assert "hunter2" not in server.log
