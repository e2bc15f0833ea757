"""How everything ends: in order, by force, or with the supervisor shot."""

import os
import signal
import time
from pathlib import Path

from launch.demo_file import read_demo_file
from tests.launch.conftest import NewMachine
from tests.launch.machine import wait_until
from tests.processes import free_port

ALLOWANCE = 3 + 5
"""The total timeout of an attempt under test, and five seconds."""


def test_sigterm_ends_all_in_order_and_the_next_start_keeps_the_tenant(new_machine: NewMachine) -> None:
    first = new_machine().start().until_ready()
    before = read_demo_file(first.instance)
    asked = time.monotonic()
    assert first.stop() == 0
    assert time.monotonic() - asked <= ALLOWANCE
    assert not first.running()
    assert "process_killed" not in first.log

    second = new_machine(port=free_port()).start().until_ready()
    after = read_demo_file(second.instance)
    moved = {"POSTBACK_URL", "INBOX_URL"}
    assert {name: after[name] for name in after if name not in moved} == {
        name: before[name] for name in before if name not in moved
    }
    assert after["POSTBACK_URL"] == f"http://127.0.0.1:{second.port}"
    assert after["INBOX_URL"] == before["INBOX_URL"].replace(str(first.port), str(second.port))


def test_frozen_worker_does_not_keep_it_from_ending(new_machine: NewMachine) -> None:
    machine = new_machine(workers=1).start().until_ready()
    [worker] = machine.pids("worker")
    os.kill(worker, signal.SIGSTOP)
    asked = time.monotonic()
    assert machine.stop() == 0
    assert time.monotonic() - asked <= ALLOWANCE + 2
    assert not machine.running()
    killed = [line for line in machine.log.splitlines() if "process_killed" in line]
    assert len(killed) == 1
    assert f"pid={worker}" in killed[0]


def test_killed_supervisor_leaves_nothing_and_the_next_start_waits_for_that(new_machine: NewMachine) -> None:
    first = new_machine().start().until_ready()
    first.process.kill()
    second = new_machine(port=first.port).start().until_ready()
    assert not first.running()
    assert second.stop() == 0


def test_stop_before_it_is_ready_leaves_nothing(new_machine: NewMachine) -> None:
    machine = new_machine().start()
    machine.process.wait_for_line("process_started")
    assert machine.stop() == 0
    wait_until(lambda: not machine.running(), within=5)
    assert "Ready:" not in machine.log


def test_folder_too_deep_for_a_socket_with_a_space_in_its_name(new_machine: NewMachine, tmp_path: Path) -> None:
    machine = new_machine(tmp_path / "a folder" / ("deep/" * 20), workers=1).start().until_ready()
    wait_until(lambda: "worker_started" in machine.log, within=10)
    time.sleep(0.5)
    assert "process_ended" not in machine.log
    assert machine.stop() == 0


def test_queue_with_unreadable_files_starts_with_empty_ones(new_machine: NewMachine) -> None:
    first = new_machine(workers=1).start().until_ready()
    assert first.stop() == 0
    for log in (first.instance / "valkey" / "appendonlydir").glob("*.incr.aof"):
        log.write_bytes(b"not a log\r\n*3\r\nof commands")
    second = new_machine(workers=1).start().until_ready()
    assert "queue_files_laid_aside" in second.log
    assert list((second.instance / "valkey").glob("unreadable-*/appendonlydir"))


def test_production_does_not_start_without_keys(new_machine: NewMachine) -> None:
    machine = new_machine(demo=0).start()
    assert machine.process.ended_within(20) == 3
    assert "POSTBACK_SECRET_KEY is not set" in machine.log
    assert "flask generate-keys" in machine.log
