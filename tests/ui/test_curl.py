import json
import shlex
import shutil
import subprocess

import pytest

from postbacks.message import postback_body
from tests.receiver import Receiver
from ui.curl import curl_command

HEADERS = [
    ("User-Agent", "Postbacks/0.1.0"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Authorization", "***"),
    ("webhook-id", "abc"),
    ("webhook-signature", "***"),
    ("Content-Length", "12"),
]
HOSTILE = "https://example.com/'; rm -rf ~; echo $(id) `id` \"&x=\\"


def test_every_word_is_quoted_and_no_secret_is_in_it() -> None:
    body = postback_body("CREATE", "contact", 2, json.dumps({"last_name": "O'Neill; $(id)"}))
    words = shlex.split(curl_command(HOSTILE, HEADERS, body))
    assert words[:5] == ["curl", "-sS", "-X", "POST", HOSTILE]
    assert words[-2:] == ["--data-raw", body.decode()]
    assert "webhook-id: abc" in words
    assert not any("***" in word or "Content-Length" in word for word in words)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_shell_sends_the_same_body(receiver: Receiver) -> None:
    receiver.plan("/", 200)
    body = postback_body("UPDATE", "contact", 1, '{"a":"\'$HOME`id`\\\\ü"}')
    subprocess.run(["/bin/sh", "-c", curl_command(receiver.url("/"), HEADERS, body)], check=True, timeout=20)
    (got,) = receiver.requests()
    assert got.body == body
    assert got.webhook_id == "abc"
