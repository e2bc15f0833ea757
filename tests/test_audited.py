"""Every change through either door leaves an entry in the audit log: walked from the application's own routes.

A route that writes and is neither acted on here nor excused with a reason fails.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from config import Settings
from extensions import db
from models import ApiKey, AuditEntry
from resources.inboxes import inbox_of
from resources.sign_in import sign_in
from resources.tokens import create_token
from resources.users import set_password
from tests.acts_of_people import ACTS_OF_PEOPLE
from tests.receiver import Receiver
from tests.resources.test_retries import standing
from tests.ui.console import TOKEN, console_of
from tests.world import DEVELOPER, World, seed_config

SAFE = {"GET", "HEAD", "OPTIONS"}
PASSWORD = "correct horse"
CONVERTER = re.compile("<[a-z]+:")
EXCUSED = {
    "POST /theme": "the browser's own look; nothing is stored",
    "POST /inbox/<token>": "what a stranger sends is kept as the message that it is",
}

Subject = Callable[[World], str]
"""Makes what an address names, and answers its id."""


def contact(world: World) -> str:
    return world.contact().id


def config(world: World) -> str:
    return world.config().id


def failed(world: World) -> str:
    return standing(world, "failed").id


def waiting(world: World) -> str:
    return standing(world, "waiting").id


def replay(world: World) -> str:
    standing(world, "failed")
    asked = {"location_id": world.here, "status": "failed"}
    return str(_json(world.api().post("postbackreplays", {"postbackreplay": asked}))["postbackreplay"]["id"])


def paused(world: World) -> str:
    id_ = replay(world)
    world.api().post(f"postbackreplays/{id_}/pause")
    return id_


def viewer(world: World) -> str:
    return world.users["viewer"].id


def viewers_key(world: World) -> str:
    return db.session.scalars(select(ApiKey.id).where(ApiKey.user_id == viewer(world))).one()


def token(world: World) -> str:
    set_password(world.users["owner"].id, PASSWORD)
    return str(create_token(DEVELOPER, {"username": "owner", "password": PASSWORD}, "192.0.2.1")["token"])


def inbox(world: World) -> str:
    return inbox_of(world.actor("owner"), world.here).token


def here(world: World) -> str:
    return world.here


@dataclass(frozen=True)
class Act:
    """What fills the address, and what is sent there."""

    given: Mapping[str, Any] | Callable[[World, Receiver], Mapping[str, Any]] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)

    def path(self, world: World, rule: str) -> str:
        return re.sub(r"<(\w+)>", lambda name: self.subjects[name[1]](world), rule)

    def body(self, world: World, receiver: Receiver) -> Mapping[str, Any]:
        return self.given(world, receiver) if callable(self.given) else self.given


def with_url(world: World, receiver: Receiver) -> dict[str, Any]:
    return seed_config(world.here, url=receiver.url("/hook"))


def form(world: World, receiver: Receiver) -> dict[str, Any]:
    taken = {name: value for name, value in with_url(world, receiver).items() if value is not None}
    return {**taken, "number_of_attempts": "1", "attempt_interval": "300"}


def event(world: World, _receiver: Receiver) -> dict[str, Any]:
    told = {"location_id": world.here, "resource": "contact", "type": "CREATE", "data": {"id": "C-1"}}
    return {**told, "idempotency_id": "crm-1"}


RECORD: Mapping[str, Subject] = {"location_id": here, "contact_id": contact, "config_id": config}
JONES = {"last_name": "Jones"}
ACTS: Mapping[str, Act] = {
    "POST /v2/contacts": Act(lambda world, _: {"contact": {"location_id": world.here, **JONES}}),
    "PUT /v2/contacts/<record_id>": Act({"contact": {"city": "Oslo"}}, {"record_id": contact}),
    "DELETE /v2/contacts/<record_id>": Act(subjects={"record_id": contact}),
    "POST /v2/postbackconfigs": Act(lambda world, to: {"postbackconfig": with_url(world, to)}),
    "PUT /v2/postbackconfigs/<config_id>": Act({"postbackconfig": {"is_active": "0"}}, RECORD),
    "DELETE /v2/postbackconfigs/<config_id>": Act(subjects=RECORD),
    "POST /v2/postbackconfigs/<config_id>/rotatesecret": Act(subjects=RECORD),
    "POST /v2/postbackconfigs/<config_id>/test": Act(subjects=RECORD),
    "POST /v2/postbackdeliveries/<delivery_id>/retry": Act(subjects={"delivery_id": failed}),
    "POST /v2/postbackdeliveries/<delivery_id>/sendnow": Act(subjects={"delivery_id": waiting}),
    "POST /v2/postbackdeliveries/<delivery_id>/cancel": Act(subjects={"delivery_id": waiting}),
    "POST /v2/postbackevents": Act(lambda world, to: {"postbackevent": event(world, to)}),
    "POST /v2/postbackevents/batch": Act(lambda world, to: {"postbackevents": [event(world, to)]}),
    "POST /v2/postbackreplays": Act(
        lambda world, _: {"postbackreplay": {"location_id": world.here, "status": "failed"}}
    ),
    "POST /v2/postbackreplays/<replay_id>/pause": Act(subjects={"replay_id": replay}),
    "POST /v2/postbackreplays/<replay_id>/resume": Act(subjects={"replay_id": paused}),
    "POST /v2/postbackreplays/<replay_id>/cancel": Act(subjects={"replay_id": replay}),
    "POST /v2/token": Act({"username": "owner", "password": PASSWORD}),
    "DELETE /v2/token/<token>": Act(subjects={"token": token}),
    "POST /v2/users": Act(lambda world, _: {"user": {"username": "zoe", "primary_location_id": world.here}}),
    "PUT /v2/users/<record_id>": Act({"user": {"first_name": "Vi"}}, {"record_id": viewer}),
    "DELETE /v2/users/<record_id>": Act(subjects={"record_id": viewer}),
    "POST /v2/users/<user_id>/roles": Act(
        lambda world, _: {"role": {"location_id": world.here, "role": "operator"}}, {"user_id": viewer}
    ),
    "DELETE /v2/users/<user_id>/roles/<location_id>": Act(subjects={"user_id": viewer, "location_id": here}),
    "POST /v2/users/<user_id>/generateuserapikey": Act(subjects={"user_id": viewer}),
    "DELETE /v2/users/<user_id>/userapikeys/<key_id>": Act(subjects={"user_id": viewer, "key_id": viewers_key}),
    "POST /sign-in": Act({"username": "owner", "password": PASSWORD}),
    "POST /sign-out": Act(),
    **{name: Act(*act) for name, act in ACTS_OF_PEOPLE.items()},
    "POST /locations/<location_id>/contacts/new": Act(JONES, RECORD),
    "POST /locations/<location_id>/contacts/<contact_id>/edit": Act({**JONES, "city": "Oslo"}, RECORD),
    "POST /locations/<location_id>/contacts/<contact_id>/delete": Act(subjects=RECORD),
    "POST /locations/<location_id>/settings/postbacks/new": Act(form, RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/edit": Act(form, RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/pause": Act(subjects=RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/resume": Act(subjects=RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/delete": Act(subjects=RECORD),
    "POST /inbox/<token>/answer": Act({"answer": "500"}, {"token": inbox}),
}


def writes(app: Flask) -> set[str]:
    """Method and address of every route that writes; PATCH is another word for PUT."""
    return {
        f"{method} {CONVERTER.sub('<', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - SAFE - {"PATCH"}
    }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_route_that_writes_is_acted_on_or_excused(app: Flask) -> None:
    assert writes(app) == ACTS.keys() | EXCUSED.keys()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ACTS)
def test_a_change_leaves_an_entry(world: World, receiver: Receiver, settings: Settings, name: str) -> None:
    set_password(world.users["owner"].id, PASSWORD)
    method, _, rule = name.partition(" ")
    path, body = ACTS[name].path(world, rule), ACTS[name].body(world, receiver)
    before = entries()
    response = sent(world, method, path, body)
    assert response.status_code in {200, 201, 204, 303}, response.text
    assert entries() == before + 1
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (newest.username, newest.request_id) == ("owner", response.headers["X-Request-Id"])
    assert newest.resource
    assert newest.record_id


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_signing_in_and_out_is_on_record(world: World) -> None:
    set_password(world.users["owner"].id, PASSWORD)
    sign_in("owner", PASSWORD, "192.0.2.1", "r-1")
    db.session.rollback()
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (newest.action, newest.request_id, newest.credential, newest.changes) == ("sign_in", "r-1", "session", {})


def sent(world: World, method: str, path: str, body: Mapping[str, Any]) -> TestResponse:
    if path.startswith("/v2/"):
        headers = {"developer-id": DEVELOPER} if path == "/v2/token" else world.headers("owner")
        return world.app.test_client().open(path, method=method, json=body or None, headers=headers)
    if path == "/sign-in":
        client = world.app.test_client()
        found = TOKEN.search(client.get("/sign-in").text)
        assert found
        return client.post(path, data={**body, "csrf_token": found[1]})
    return console_of(world, "owner").post(path, body)


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def _json(response: TestResponse) -> dict[str, Any]:
    assert response.json is not None, response.text
    found: dict[str, Any] = response.json
    return found
