"""What holds while everything runs. The tests share one machine; each leaves it running."""

import http.client
import json
import subprocess
from pathlib import Path

import pytest

from launch.demo_file import NAMES, read_demo_file
from tests.launch.conftest import NewMachine
from tests.launch.machine import Machine, kill, running, wait_until

PROGRAMS = ["valkey", "web", "worker 1", "worker 2"]


def get(machine: Machine, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", machine.port, timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def ready(machine: Machine) -> bool:
    try:
        return get(machine, "/readyz")[0] == 200
    except OSError:
        return False


def test_ready_line_names_the_address_and_where_the_credentials_are(machine: Machine) -> None:
    assert f"\nReady: http://127.0.0.1:{machine.port}\n" in machine.log
    assert str(machine.instance / "demo.env") in machine.log


def test_ready_means_that_every_part_is_there(machine: Machine) -> None:
    status, body = get(machine, "/readyz")
    assert status == 200
    assert {name: part["ok"] for name, part in json.loads(body)["parts"].items()} == {
        "database": True,
        "migration": True,
        "redis": True,
        "workers": True,
    }


def test_every_program_runs_once(machine: Machine) -> None:
    def running_ones() -> list[int]:
        return [len([pid for pid in machine.pids(name) if running(pid)]) for name in PROGRAMS]

    wait_until(lambda: running_ones() == [1] * len(PROGRAMS), within=10)


def test_demo_file_is_its_owners_alone_and_complete(machine: Machine) -> None:
    path = machine.instance / "demo.env"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [line.partition("=")[0] for line in path.read_text().splitlines()] == list(NAMES)


def test_demo_file_can_be_sourced_by_a_shell(machine: Machine) -> None:
    echo = " ".join(f'"${name}"' for name in NAMES)
    script = f'set -eu; . "$1"; printf "%s\\n" {echo}'
    said = subprocess.run(
        ["sh", "-c", script, "sh", str(machine.instance / "demo.env")], capture_output=True, text=True, check=True
    )
    assert said.stdout.splitlines() == list(read_demo_file(machine.instance).values())


def test_demo_credentials_open_the_api_for_the_own_location_alone(machine: Machine) -> None:
    demo = read_demo_file(machine.instance)
    ids = {"developer_id": demo["DEVELOPER_ID"], "user_id": demo["USER_ID"], "user_api_key": demo["USER_API_KEY"]}
    assert demo["LOCATION_ID"] == "23948sdnfia1129i9asf92"
    assert get(machine, f"/v2/locations/{demo['LOCATION_ID']}", **ids)[0] == 200
    assert get(machine, f"/v2/locations/{demo['OTHER_LOCATION_ID']}", **ids)[0] == 404


def test_what_it_wrote_is_private(machine: Machine) -> None:
    files = [path for path in machine.instance.rglob("*") if not path.is_socket()]
    assert not [path for path in files if path.stat().st_mode & 0o077]


@pytest.mark.parametrize("name", ["worker 1", "valkey", "web"])
def test_killed_process_is_started_again(machine: Machine, name: str) -> None:
    [*_, killed] = machine.pids(name)
    kill(killed)
    wait_until(lambda: machine.pids(name)[-1] != killed, within=5)
    wait_until(lambda: running(machine.pids(name)[-1]), within=5)
    wait_until(lambda: ready(machine), within=20)
    assert "killed by SIGKILL" in machine.log


def test_second_start_in_the_same_folder_is_refused(machine: Machine, new_machine: NewMachine) -> None:
    second = new_machine(machine.instance).start()
    assert second.process.ended_within(20) == 3
    assert f"already runs in {machine.instance} (process {machine.process.pid})" in second.log
    assert not second.pids()
    assert ready(machine)


def test_taken_port_is_named_before_anything_starts(machine: Machine, new_machine: NewMachine, tmp_path: Path) -> None:
    second = new_machine(tmp_path / "elsewhere", port=machine.port).start()
    assert second.process.ended_within(20) == 3
    assert f"Port {machine.port} cannot be used" in second.log
    assert not second.pids()
