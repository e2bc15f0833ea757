"""The snippets that receivers paste: they know a real postback from a forged, an altered and an old one."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from models import new_id
from postbacks.signing import key_of, new_secret, signature
from resources.postback_configs import rotate_secret, signing_secret
from resources.test_sends import send_test
from tests.receiver import Receiver
from tests.world import World
from ui.verification import snippets

CODE = {snippet.language: snippet.code for snippet in snippets()}
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")
Headers = Mapping[str, str]
Verify = Callable[[str, Headers, bytes], bool]


def by_python(secret: str, headers: Headers, body: bytes) -> bool:
    space: dict[str, Any] = {}
    exec(CODE["Python"], space)  # our own, and meant to be pasted
    return bool(space["is_authentic"](secret, headers, body))


def by_program(*command: str, folder: Path, headers: Headers, secret: str, body: bytes) -> bool:
    (folder / "body").write_bytes(body)
    given = dict(zip(("ID", "TIMESTAMP", "SIGNATURE"), (headers[name] for name in NAMES), strict=True))
    environment = {**os.environ, **given, "SECRET": secret}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.strip() == "authentic"


NODE = (
    CODE["Node"]
    + """
const e = process.env;
const given = { "webhook-id": e.ID, "webhook-timestamp": e.TIMESTAMP, "webhook-signature": e.SIGNATURE };
console.log(isAuthentic(e.SECRET, given, require("node:fs").readFileSync("body")) ? "authentic" : "no");
"""
)
PHP = (
    CODE["PHP"]
    + """
$given = ["webhook-id" => getenv("ID"), "webhook-timestamp" => getenv("TIMESTAMP")];
$given["webhook-signature"] = getenv("SIGNATURE");
echo is_authentic(getenv("SECRET"), $given, file_get_contents("body")) ? "authentic" : "no";
"""
)
PROGRAMS = {
    "node": ("node", "-e", NODE),
    "php": ("php", "-r", PHP.removeprefix("<?php")),
    "openssl": ("sh", "-c", CODE["Shell"]),
}


@pytest.fixture(params=["python", *PROGRAMS])
def verify(request: pytest.FixtureRequest, tmp_path: Path) -> Verify:
    if request.param == "python":
        return by_python
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    command = PROGRAMS[request.param]
    return lambda secret, headers, body: by_program(
        *command, folder=tmp_path, headers=headers, secret=secret, body=body
    )


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_real_postback_is_authentic_also_while_its_secret_rotates(
    world: World, receiver: Receiver, verify: Verify
) -> None:
    config = world.config(url=receiver.url("/hook"))
    before = signing_secret(config)
    config, after = rotate_secret(world.actor("owner"), config.id)
    send_test(world.actor("owner"), config.id)
    (got,) = receiver.requests()
    headers = {name.lower(): value for name, value in got.headers}
    assert verify(before, headers, got.body)
    assert verify(after, headers, got.body)
    assert not verify(new_secret(), headers, got.body)
    assert not verify(after, headers, got.body + b"&x=1")


@pytest.mark.parametrize("old", [False, True])
def test_an_old_one_is_not(verify: Verify, old: bool) -> None:  # noqa: FBT001 - a parameter of the test
    secret, message_id, sent_at, body = (
        new_secret(),
        new_id(),
        int(time.time()) - 3600 * old,
        b"type=CREATE&data=%7B%7D",
    )
    signed = signature([key_of(secret)], message_id, sent_at, body)
    headers = dict(zip(NAMES, (message_id, str(sent_at), signed), strict=True))
    assert verify(secret, headers, body) is not old
