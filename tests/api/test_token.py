import logging
from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select, update

from extensions import db
from models import AccessToken, now_ts, writing
from resources.sign_in import FAILURES_PER_ACCOUNT_AND_ADDRESS
from resources.users import set_password, update_user
from tests.world import DEVELOPER, World

RIGHT = "correct horse"
KEYS = [
    "id",
    "token",
    "expire",
    "username",
    "first_name",
    "last_name",
    "time",
    "primary_location_id",
    "timezone",
    "user_type_id",
]


@pytest.fixture
def owner(world: World) -> World:
    set_password(world.users["owner"].id, RIGHT)
    return world


def asked(world: World, developer: str | None = DEVELOPER, **fields: object) -> Any:
    headers = {} if developer is None else {"developer-id": developer}
    body = {"username": "owner", "password": RIGHT, "domain": "demo", **fields}
    return world.app.test_client().post("/v2/token", json=body, headers=headers)


def listed(world: World, token: str, **headers: str) -> int:
    sent = {"developer-id": DEVELOPER, "access-token": token, **headers}
    return world.app.test_client().get("/v2/contacts", headers=sent).status_code


def test_a_token_is_answered_as_documented(owner: World) -> None:
    response = asked(owner)
    assert response.status_code == 201
    assert list(response.json) == ["token"]
    token = response.json["token"]
    assert list(token) == KEYS
    assert (token["id"], token["username"], token["expire"], token["user_type_id"]) == (
        owner.users["owner"].id,
        "owner",
        15,
        400,
    )
    assert token["time"] == pytest.approx(now_ts(), abs=5)
    assert listed(owner, token["token"]) == 200


def test_a_token_is_given_back(owner: World) -> None:
    token = asked(owner).json["token"]["token"]
    client, headers = owner.app.test_client(), {"developer-id": DEVELOPER, "access-token": token}
    assert client.delete(f"/v2/token/{token}", headers={"developer-id": DEVELOPER}).status_code == 401
    assert client.delete(f"/v2/token/{token}", headers=owner.headers("viewer")).status_code == 404
    response = client.delete(f"/v2/token/{token}", headers=headers)
    assert (response.status_code, response.data) == (204, b"")
    assert listed(owner, token) == 401
    assert client.delete(f"/v2/token/{token}", headers=owner.headers("owner")).status_code == 404


def test_a_token_lives_on_while_it_is_used_and_dies_unused(owner: World) -> None:
    token = asked(owner).json["token"]["token"]
    for _ in range(2):
        age(14 * 60)
        assert listed(owner, token) == 200
    age(15 * 60)
    assert listed(owner, token) == 401


def test_a_token_counts_before_a_key(owner: World) -> None:
    token = asked(owner).json["token"]["token"]
    assert listed(owner, token, **{"user-id": "nobody", "user-api-key": "wrong"}) == 200
    assert listed(owner, "wrong", **owner.headers("owner")) == 401


def test_a_deactivated_users_token_opens_nothing(owner: World) -> None:
    token = asked(owner).json["token"]["token"]
    update_user(owner.actor("head"), owner.users["owner"].id, {"is_active": 0})
    assert listed(owner, token) == 401
    assert asked(owner).status_code == 401


@pytest.mark.parametrize("developer", [None, "", "nobody"])
def test_only_a_known_program_is_answered(owner: World, developer: str | None) -> None:
    response = asked(owner, developer)
    assert response.status_code == 401
    assert "WWW-Authenticate" in response.headers


@pytest.mark.parametrize("wrong", [{"password": "wrong horse"}, {"username": "nobody"}, {"username": "viewer"}])
def test_the_wrong_password_is_answered_alike_for_everybody(owner: World, wrong: dict[str, str]) -> None:
    response = asked(owner, **wrong)
    assert (response.status_code, response.json["message"]) == (401, "The username or the password is not right.")
    assert response.headers["WWW-Authenticate"] == 'Basic realm="Postbacks v2"'


def test_guesses_are_throttled(owner: World) -> None:
    for _ in range(FAILURES_PER_ACCOUNT_AND_ADDRESS):
        assert asked(owner, password="wrong horse").status_code == 401
    response = asked(owner)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert listed_by_key(owner) == 200, "what holds a key goes on"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"username": None}, ["username"]),
        ({"password": ""}, ["password"]),
        ({"password": ["x"]}, ["password"]),
        ({"domain": 1}, ["domain"]),
        ({"god": 1}, ["god"]),
    ],
)
def test_what_is_no_request_for_a_token(owner: World, fields: dict[str, object], names: list[str]) -> None:
    response = asked(owner, DEVELOPER, **fields)
    assert (response.status_code, list(response.json["errors"])) == (422, names)


@pytest.mark.parametrize(("body", "status"), [(b"[]", 400), (b"{", 400), (b'"x"', 400), (b"{}", 422)])
def test_what_is_no_body(owner: World, body: bytes, status: int) -> None:
    client, headers = owner.app.test_client(), {"developer-id": DEVELOPER}
    response = client.post("/v2/token", data=body, content_type="application/json", headers=headers)
    assert response.status_code == status


def test_a_sign_in_by_basic_takes_a_key_and_no_password(owner: World) -> None:
    pair = b64encode(f"owner:{RIGHT}".encode()).decode()
    headers = {"developer-id": DEVELOPER, "Authorization": f"Basic {pair}"}
    assert owner.app.test_client().get("/v2/contacts", headers=headers).status_code == 401


def test_neither_token_nor_password_is_logged(owner: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = asked(owner).json["token"]["token"]
    asked(owner, password="wrong horse")
    listed(owner, token)
    owner.app.test_client().delete(f"/v2/token/{token}", headers=owner.headers("owner"))
    for secret in (token, RIGHT, "wrong horse"):
        assert secret not in caplog.text


def listed_by_key(world: World) -> int:
    return world.api().get("contacts").status_code


def age(seconds: int) -> None:
    with writing(db.session()):
        db.session.execute(update(AccessToken).values(last_used_ts=now_ts() - seconds))
    assert db.session.scalars(select(AccessToken)).all()
