"""/docs: everything that the API says of itself, for people, with this server's address and the reader's own ids."""

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from postbacks.signing import key_of, new_secret, signature
from tests.ui.console import OpenScreen, console_of, text_of
from tests.world import World
from ui.doc_manners import MANNERS
from ui.doc_pictures import PICTURES
from ui.doc_verification import PYTHON

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_it_is_there_for_anybody(world: World) -> None:
    page = world.app.test_client().get("/docs")
    assert page.status_code == 200
    assert "http://postbacks.test/v2" in page.text
    assert "Sign in" in text_of(page)


def test_every_route_has_its_line(world: World) -> None:
    page = text_of(world.app.test_client().get("/docs"))
    for path, methods in world.app.test_client().get("/openapi.json").get_json()["paths"].items():
        for method, operation in methods.items():
            if method != "patch":
                assert f"{method.upper()} {path} {operation['summary']}." in page, operation["operationId"]


@pytest.mark.parametrize(
    ("theme", "shown", "others"), [("light", "light", 0), ("dark", "dark", 0), ("auto", "light", 1)]
)
def test_its_pictures_are_in_the_chosen_theme(world: World, theme: str, shown: str, others: int) -> None:
    client = world.app.test_client()
    client.set_cookie("theme", theme)
    page = client.get("/docs").text
    pictures = re.findall(r'<img src="(/static/pictures/[^"]+)"', page)
    assert [re.split(r"[/?]", address)[3] for address in pictures] == [f"{name}-{shown}.webp" for name in PICTURES]
    assert page.count("<source ") == others * len(PICTURES)
    assert all(client.get(address).mimetype == "image/webp" for address in pictures)
    assert page.count('loading="lazy"') == len(PICTURES)


def test_who_is_signed_in_finds_their_own_ids(world: World) -> None:
    page = console_of(world, "stranger").get("/docs").text
    assert f"USER_ID={world.users['stranger'].id}" in page
    assert f"LOCATION_ID={world.elsewhere}" in page
    assert world.here not in page
    assert world.keys["stranger"] not in page


def test_fields_say_their_rules(world: World) -> None:
    page = text_of(world.app.test_client().get("/docs"))
    assert "last_name required text, at most 64 characters text" in page
    assert "number_of_attempts a whole number from 1 to 100 Default 1." in page


def test_the_verification_works_as_it_is_shown(world: World) -> None:
    shown: dict[str, Any] = {}
    exec(PYTHON, shown)  # what a reader would do with it
    secret, body = new_secret(), b"type=CREATE&resource=contact"
    signed = signature([key_of(new_secret()), key_of(secret)], "some-id", 1_700_000_000, body)
    headers = {"webhook-id": "some-id", "webhook-timestamp": "1700000000", "webhook-signature": signed}
    assert shown["is_genuine"](secret, headers, body)
    assert not shown["is_genuine"](secret, headers, body + b"!")
    assert not shown["is_genuine"](new_secret(), headers, body)


def test_its_contents_lead_to_each_part(world: World, open_screen: OpenScreen) -> None:
    page = open_screen("/docs").page
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="contacts").click()
    assert page.locator("#contacts").is_visible()


@pytest.mark.parametrize("about", MANNERS)
def test_each_line_about_manners_does_what_is_said_of_it(world: World, about: str) -> None:
    contact, client, owner = world.contact(), world.app.test_client(), world.headers("owner")
    known = {
        "DEVELOPER_ID": owner["developer-id"], "USER_ID": owner["user-id"], "USER_API_KEY": owner["user-api-key"],
        "LOCATION_ID": world.here, "ID": contact.id, "POSTBACK_URL": "", "USERNAME": "nobody", "PASSWORD": "wrong",
        "TAG": world.api().get(f"contacts/{contact.id}").headers["ETag"].strip('"'),
        "TOKEN": "none", "NEXT": "/v2/contacts?page=2",
    }  # fmt: skip
    answers = [_sent(client, line, known) for line in MANNERS[about].splitlines()]
    assert [answer.status_code for answer in answers] == STATUSES[about]
    for name, value in HEADERS.get(about, {}).items():
        assert value in answers[0].headers[name]


STATUSES = {
    "token": [401, 401, 401],  # such people and tokens are not there: that the request is understood is all to be seen
    "etag": [200, 304, 200],
    "idempotency": [201],
    "request id": [200],
    "limits": [200],
    "problem": [404],
    "table": [200, 200],
    "cursor": [200, 200],
}
HEADERS = {
    "etag": {"ETag": '"'},
    "request id": {"X-Request-Id": "import-7"},
    "problem": {"Content-Type": "application/problem+json"},
    "table": {"Content-Type": "text/csv"},
}


def _sent(client: FlaskClient, line: str, known: Mapping[str, str | None]) -> TestResponse:
    """The answer to a curl line, its variables filled in."""
    for name, value in sorted(known.items(), key=lambda one: -len(one[0])):
        line = line.replace(f"'${name}'", value or "").replace(f"${name}", value or "")
    options = ArgumentParser()
    for name in ("-s", "-i"):
        options.add_argument(name, action="store_true")
    options.add_argument("-H", action="append", default=[])
    options.add_argument("--json")
    options.add_argument("-u")
    options.add_argument("-X")
    options.add_argument("address")
    words, rest = options.parse_known_args(shlex.split(line)[1:])
    assert rest in ([], [">", "contacts.csv"])
    headers = dict(header.split(": ", 1) for header in words.H)
    if words.json:
        headers["Content-Type"] = "application/json"
    auth = tuple(words.u.split(":")) if words.u else None
    method = words.X or ("POST" if words.json else "GET")
    return client.open(words.address, method=method, headers=headers, auth=auth, data=words.json)
