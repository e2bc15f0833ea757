"""One process under supervision."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.child import FIRST_PAUSE, Child
from tests.launch.machine import kill, running, wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, file=open(sys.argv[1], "w"), flush=True)
time.sleep(60)
"""


@pytest.fixture
def sleeper() -> Iterator[Child]:
    child = Child("sleeper", SLEEPER)
    yield child
    child.kill()


def test_death_is_noticed_once_and_followed_by_a_pause(sleeper: Child) -> None:
    pid = sleeper.start()
    assert sleeper.reap() is None
    kill(pid)
    wait_until(lambda: sleeper.reap() == pid, within=5)
    assert sleeper.pid is None
    assert sleeper.reap() is None
    assert not sleeper.due()
    wait_until(sleeper.due, within=FIRST_PAUSE + 5)


def test_pauses_grow_with_deaths_in_a_row() -> None:
    child = Child("dies", [sys.executable, "-c", "raise SystemExit(7)"])
    waits = []
    for _ in range(3):
        child.start()
        wait_until(lambda: child.reap() is not None, within=10)
        died = time.monotonic()
        wait_until(child.due, within=10)
        waits.append(time.monotonic() - died)
    assert child.deaths == 3
    assert waits[0] < waits[1] < waits[2]


def test_delay_holds_back_the_first_start_only() -> None:
    child = Child("later", SLEEPER, delay=0.2)
    assert not child.due()
    wait_until(child.due, within=10)


def test_what_a_dead_process_left_in_its_group_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = Child("parent", [sys.executable, "-c", PARENT, str(note)])
    pid = child.start()
    try:
        wait_until(lambda: note.exists() and note.read_text().strip().isdigit(), within=10)
        grandchild = int(note.read_text())
        kill(pid)
        wait_until(lambda: child.reap() == pid, within=5)
        wait_until(lambda: not running(grandchild), within=5)
    finally:
        child.kill()


def test_asking_ends_it_and_starts_no_pause(sleeper: Child) -> None:
    sleeper.start()
    sleeper.ask_to_stop()
    wait_until(sleeper.stopped, within=5)
