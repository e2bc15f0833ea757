"""What is kept of a request and its answer under an idempotency key: nothing that a reader of the table could use."""

from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

import failpoints
from extensions import db
from failpoints import Place
from models import IdempotencyKey
from resources.users import set_password
from tests.payments import CARD, CARD_NUMBER, open_accounts
from tests.world import DEVELOPER, World, counts


class StruckError(Exception):
    """What befalls a request."""


def post(world: World, path: str, body: object, headers: dict[str, str] | None = None) -> TestResponse:
    keyed = {**(headers or world.headers("owner")), "Idempotency-Key": "a"}
    return world.app.test_client().post(f"/v2/{path}", json=body, headers=keyed)


def kept() -> list[IdempotencyKey]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(IdempotencyKey)))


def everything_in(rows: list[IdempotencyKey]) -> bytes:
    columns = IdempotencyKey.__table__.columns.keys()
    values = [getattr(row, name) for row in rows for name in columns]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def card(world: World, path: str) -> dict[str, Any]:
    if path == "transactions":
        return {"transaction": {"action": "sale", "transaction_amount": "10.00", **CARD}}
    return {"accountvault": {"location_id": world.here, **CARD}}


@pytest.mark.parametrize("path", ["transactions", "accountvaults"])
def test_no_card_number_is_kept_nor_anything_to_try_numbers_with(world: World, path: str) -> None:
    open_accounts(world)
    first, again = (post(world, path, card(world, path)) for _ in range(2))
    assert (first.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert CARD_NUMBER not in first.text
    [row] = rows = kept()
    assert CARD_NUMBER.encode() not in everything_in(rows)
    sent = world.app.json.dumps(card(world, path)).encode()  # as the client encodes it
    guesses = (f"POST /v2/{path}?\n".encode() + sent, sent, CARD_NUMBER.encode())
    assert row.digest not in {sha256(guess).hexdigest() for guess in guesses}


def test_an_api_key_is_kept_encrypted(world: World) -> None:
    path = f"users/{world.users['viewer'].id}/generateuserapikey"
    first, again = (post(world, path, None) for _ in range(2))
    assert (first.status_code, again.data) == (201, first.data)
    rows = kept()
    assert rows[0].answer is not None
    assert first.get_json()["user"]["user_api_key"].encode() not in everything_in(rows)


def test_a_token_is_not_kept_at_all(world: World) -> None:
    """Nobody has shown yet who they are; a token is given anew."""
    password = "correct horse"
    set_password(world.users["owner"].id, password)
    given = {"username": "owner", "password": password}
    first, again = (post(world, "token", given, {"developer-id": DEVELOPER}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["token"]["token"] != again.get_json()["token"]["token"]
    assert kept() == []


def test_what_a_server_error_answered_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.app.config, "PROPAGATE_EXCEPTIONS", False)

    def strike(place: Place) -> None:
        if place is Place.EVENT_INSERTED:
            raise StruckError

    jones = {"contact": {"location_id": world.here, "last_name": "Jones"}}
    with monkeypatch.context() as struck:
        struck.setattr(failpoints, "on_reached", strike)
        assert post(world, "contacts", jones).status_code == 500
    assert kept() == []
    carried_out = post(world, "contacts", jones)
    assert (carried_out.status_code, "Idempotent-Replayed" in carried_out.headers) == (201, False)
    assert counts()["Contact"] == 1
