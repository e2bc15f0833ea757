"""Every change through either door leaves an entry in the audit log: walked from the application's own routes.

A route that writes and is neither acted on in tests.acts nor excused with a reason fails.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from config import Settings
from extensions import db
from models import AuditEntry
from resources.sign_in import sign_in
from resources.users import set_password
from tests.acts import ACTS, PASSWORD
from tests.receiver import Receiver
from tests.ui.console import TOKEN, console_of
from tests.world import DEVELOPER, World

SAFE = {"GET", "HEAD", "OPTIONS"}
CONVERTER = re.compile("<[a-z]+:")
EXCUSED = {
    "POST /theme": "the browser's own look; nothing is stored",
    "POST /time-zone": "how one person reads times; nobody else's business",
    "POST /saved-filters": "a person's own bookmark; nobody else sees it",
    "POST /saved-filters/<filter_id>/delete": "a person's own bookmark; nobody else sees it",
    "POST /inbox/<token>": "what a stranger sends is kept as the message that it is",
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
    assert sorted(writes(app) ^ (ACTS.keys() | EXCUSED.keys())) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ACTS)
def test_a_change_leaves_an_entry(world: World, receiver: Receiver, settings: Settings, name: str) -> None:
    set_password(world.users["owner"].id, PASSWORD)
    method, _, rule = name.partition(" ")
    path, body = ACTS[name].path(world, rule), ACTS[name].body(world, receiver)
    before = entries()
    response = sent(world, method, path, body)
    assert response.status_code in {200, 201, 204, 303}, response.text
    assert entries() == before + ACTS[name].entries
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
