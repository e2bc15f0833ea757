"""`If-Match` at every address that changes a record: walked from the acts, so that a new resource is in the table."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.acts import ACTS
from tests.receiver import Receiver
from tests.test_audited import writes
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
OF_A_RECORD = re.compile(r"(PUT|DELETE) /v2/(?!token)\w+/<\w+>")
CHANGES = [name for name in ACTS if OF_A_RECORD.fullmatch(name)]


def ask(world: World, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.app.test_client().open(path, method=method, json=body, headers={**world.headers("owner"), **given})


def test_the_table_is_whole(app: Flask) -> None:
    assert {name for name in writes(app) if OF_A_RECORD.fullmatch(name)} == set(CHANGES)


@pytest.mark.parametrize("name", CHANGES)
def test_a_record_is_changed_only_as_the_caller_saw_it(world: World, receiver: Receiver, name: str) -> None:
    method, _, rule = name.partition(" ")
    path = ACTS[name].path(world, rule)
    body = ACTS[name].body(world, receiver) or None
    seen = ask(world, "GET", path)
    assert seen.status_code == 200, seen.text
    assert ask(world, method, path, body, If_Match='"0123456789abcdef0123456789abcdef"').status_code == 412
    assert ask(world, "GET", path).data == seen.data
    changed = ask(world, method, path, body, If_Match=seen.headers["ETag"])
    assert changed.status_code == (204 if method == "DELETE" else 200), changed.text
    after = ask(world, "GET", path)
    assert after.status_code == 404 if method == "DELETE" else after.data != seen.data
