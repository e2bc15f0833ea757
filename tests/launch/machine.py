"""`flask up` as a real process tree, in a folder and on a port of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from tests.environment import product_environment
from tests.processes import ProductProcess, free_port

STARTED = re.compile(r"process_started .*name='?(?P<name>[a-z0-9 ]+?)'? pid=(?P<pid>\d+)")
READY_SECONDS = 60.0


class Machine:
    """One supervisor and what it looks after. Its own keys and a demo tenant, unless the settings say otherwise."""

    def __init__(self, folder: Path, port: int | None = None, **settings: object) -> None:
        self.instance = folder
        self.port = port or free_port()
        self._settings = {"demo": 1, "log_format": "console", **settings}
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._log = folder.parent / f"{folder.name}.{time.monotonic_ns()}.log"
        self._process: ProductProcess | None = None

    @property
    def log(self) -> str:
        return self.process.log

    @property
    def process(self) -> ProductProcess:
        assert self._process is not None
        return self._process

    def start(self) -> Self:
        """Start it without waiting."""
        environment = product_environment(self.instance, **self._settings) | {"PORT": str(self.port)}
        del environment["POSTBACK_PUBLIC_URL"]
        for own in ("POSTBACK_SECRET_KEY", "POSTBACK_ENCRYPTION_KEYS"):
            del environment[own]
        command = [sys.executable, "-m", "flask", "--app", "app", "up"]
        self._process = ProductProcess.from_nothing(command, environment, self._log)
        return self

    def until_ready(self) -> Self:
        self.process.wait_for_line("\nReady: http://127.0.0.1:", within=READY_SECONDS)
        return self

    def pids(self, name: str = "") -> list[int]:
        """The processes that it started so far and whose name begins so, oldest first."""
        return [int(found["pid"]) for found in STARTED.finditer(self.log) if found["name"].startswith(name)]

    def running(self) -> set[int]:
        return {pid for pid in self.pids() if running(pid)}

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.ask_to_stop()
        return self.process.ended_within(30)

    def end(self) -> None:
        """Whatever state it is in, nothing of it is left."""
        if self._process is None:
            return
        self._process.kill()
        wait_until(lambda: not self.running(), within=30)


def running(pid: int) -> bool:
    """Whether there is such a process, and not merely its name on a tombstone."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.strip().startswith("Z")


def wait_until(true: Callable[[], bool], within: float) -> None:
    """Return as soon as it is true. Raises AssertionError when it never is."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.05)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
