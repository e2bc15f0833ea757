"""The documentation's five lines, typed into a shell: from a key to the first postback."""

import json
import shlex
import shutil
import subprocess
import time
from typing import Any

import pytest

from config import HOUSE
from tests.absent import absent
from tests.environment import DEFAULTS
from tests.flows.flow import Flow
from tests.world import DEVELOPER
from ui.doc_curl import curl_lines


def typed(lines: str, variables: dict[str, str]) -> list[dict[str, Any]]:
    """What each line printed, as the JSON that it is; a moment passes before the last two, as it does for people."""
    said = "\n".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    answers = []
    for number, line in enumerate(lines.splitlines()):
        time.sleep(1.0 if number == 3 else 0)
        done = subprocess.run(["/bin/sh", "-c", f"{said}\n{line}"], capture_output=True, check=True, timeout=20)
        answers.append(json.loads(done.stdout))
    return answers


def test_the_readme_has_the_same_lines() -> None:
    assert curl_lines() in (HOUSE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_five_lines_lead_to_the_first_postback(flow: Flow) -> None:
    if shutil.which("curl") is None:
        absent("curl types the documentation's lines: apt-get install curl")
    headers = flow.world.headers("owner")
    variables = {
        "POSTBACK_URL": flow.web(),
        "DEVELOPER_ID": DEVELOPER,
        "USER_ID": headers["user-id"],
        "USER_API_KEY": headers["user-api-key"],
        "LOCATION_ID": flow.world.here,
        "INBOX_URL": flow.receiver.plan("/inbox", 200),
    }
    flow.processes.worker()
    assert len(curl_lines().splitlines()) == 5
    place, config, contact, deliveries, configs = typed(curl_lines(), variables)
    [request] = flow.receiver.wait_for(1, "/inbox")
    assert place["location"]["id"] == flow.world.here
    assert request.data["id"] == contact["contact"]["id"]
    [delivery] = deliveries["postbackdeliveries"]
    assert (delivery["status"], delivery["data"]["last_name"]) == ("delivered", "Jones")
    assert delivery["postback_config_id"] == config["postbackconfig"]["id"]
    assert [one["stats"]["delivered"] for one in configs["postbackconfigs"]] == [1]
    assert DEFAULTS["PUBLIC_URL"] not in contact["contact"]["_links"]["self"]["href"]
