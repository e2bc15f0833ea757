from base64 import b64encode
from typing import Any

import pytest

from extensions import db
from models import ApiKey, Developer, User, writing
from tests.world import DEVELOPER, World


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def status(world: World, headers: dict[str, Any]) -> int:
    return world.app.test_client().get("/v2/contacts", headers=headers).status_code


def test_headers_or_basic_open_the_door(world: World) -> None:
    pair = world.users["owner"].id, world.keys["owner"]
    assert status(world, world.headers("owner")) == 200
    assert status(world, {"developer-id": DEVELOPER, "Authorization": basic(*pair)}) == 200


@pytest.mark.parametrize("missing", ["developer-id", "user-id", "user-api-key"])
def test_every_part_is_needed(world: World, missing: str) -> None:
    headers = world.headers("owner")
    del headers[missing]
    assert status(world, headers) == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"developer-id": "nobody"},
        {"developer-id": "\xe4\xf6"},
        {"user-id": "nobody"},
        {"user-id": "a" * 4000},
        {"user-api-key": "wrong"},
        {"user-api-key": "\xff"},
        {"user-id": "", "Authorization": basic("nobody", "wrong")},
        {"user-id": "", "Authorization": "Basic %%%"},
        {"user-id": "", "Authorization": "Basic " + b64encode(b"\xff\xfe:\xff").decode()},
        {"user-id": "", "Authorization": "Bearer x"},
        {"user-id": "", "Authorization": "Basic"},
    ],
)
def test_a_wrong_part_is_refused(world: World, wrong: dict[str, str]) -> None:
    response = world.app.test_client().get("/v2/contacts", headers={**world.headers("owner"), **wrong})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Basic realm="Postbacks v2"'


def test_the_refusal_does_not_tell_which_part_was_wrong(world: World) -> None:
    messages = set()
    for wrong in ({"developer-id": "nobody"}, {"user-id": "nobody"}, {"user-api-key": "wrong"}):
        response = world.app.test_client().get("/v2/contacts", headers={**world.headers("owner"), **wrong})
        messages.add(response.json["message"] if response.json else "")
    assert messages == {"The credentials are not valid."}


def test_a_key_of_another_user_does_not_fit(world: World) -> None:
    assert status(world, {**world.headers("viewer"), "user-api-key": world.keys["owner"]}) == 401


def test_credentials_in_the_query_are_not_looked_at(world: World) -> None:
    query = "&".join(f"{name}={value}" for name, value in world.headers("owner").items())
    assert world.app.test_client().get(f"/v2/contacts?{query}").status_code == 401


def test_a_sign_in_cookie_does_not_open_the_door(world: World) -> None:
    client = world.app.test_client()
    client.set_cookie("postbacks_session", "anything")
    assert client.get("/v2/contacts", headers={"developer-id": DEVELOPER}).status_code == 401


@pytest.mark.parametrize("what", ["user", "developer", "key"])
def test_what_was_withdrawn_opens_nothing(world: World, what: str) -> None:
    with writing(db.session()):
        if what == "user":
            db.session.get_one(User, world.users["owner"].id).is_active = False
        elif what == "developer":
            db.session.get_one(Developer, DEVELOPER).is_active = False
        else:
            for key in db.session.query(ApiKey):
                key.revoked_ts = 1
    assert status(world, world.headers("owner")) == 401


def test_credentials_are_asked_for_before_anything_is_read(world: World) -> None:
    response = world.app.test_client().post("/v2/contacts", data=b"{", content_type="text/plain")
    assert response.status_code == 401
    assert world.app.test_client().delete("/v2/contacts/none").status_code == 401


def test_the_use_of_a_key_is_noted(world: World) -> None:
    assert status(world, world.headers("owner")) == 200
    used = db.session.query(ApiKey).filter(ApiKey.last_used_ts.is_not(None)).all()
    assert [key.user_id for key in used] == [world.users["owner"].id]
