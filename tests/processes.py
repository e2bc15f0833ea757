"""Real processes of the product under test: started with given settings, killed, frozen, asked to stop."""

import http.client
import os
import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Self

from tests.control import Control
from tests.warm import WarmProcess

HOUSE = Path(__file__).resolve().parents[1]
WORKER = ["flask", "--app", "app", "worker"]
ARMED = "tests.armed"
START_SECONDS = 30.0
# Flask's development conveniences would hide what production does.
QUIET = {"PYTHONUNBUFFERED": "1", "FLASK_SKIP_DOTENV": "1", "PYTHONWARNINGS": "default"}


class ProductProcess:
    """One child. Its standard error is kept; `log` is what it wrote so far."""

    def __init__(self, process: subprocess.Popen[bytes] | WarmProcess, log: Path) -> None:
        self._process = process
        self._log = log
        self.pid = process.pid

    @classmethod
    def from_nothing(cls, command: list[str], environment: dict[str, str], log: Path) -> Self:
        """Started by an interpreter of its own, as people start it."""
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, env={**environment, **QUIET}, cwd=HOUSE, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        return cls(process, log)

    @classmethod
    def warm(cls, words: list[str], environment: dict[str, str], log: Path) -> Self:
        """`python -m` these words, its imports made beforehand: how most tests start what they start."""
        log.touch()
        return cls(WarmProcess(words, {**environment, **QUIET}, HOUSE, log), log)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def returncode(self) -> int | None:
        return self._process.poll()

    def wait_for_line(self, part: str, within: float = START_SECONDS) -> Self:
        """Return when something with this in it was logged; RuntimeError when the process ended or took too long."""
        deadline = time.monotonic() + within
        while part not in self.log:
            if self.returncode is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no {part!r} in:\n{self.log}")
            time.sleep(0.01)
        return self

    def kill(self) -> None:
        """SIGKILL: no goodbye of any kind."""
        self._send(signal.SIGKILL)
        self._process.wait(10)

    def freeze(self) -> None:
        """SIGSTOP: as good as dead to everyone, until `thaw`."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def ask_to_stop(self) -> None:
        self._send(signal.SIGTERM)

    def ended_within(self, seconds: float) -> int:
        """Its exit code; subprocess.TimeoutExpired when it takes longer."""
        return self._process.wait(seconds)

    def _send(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)


class Processes:
    """What one test started; all of it is gone after `stop`."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._started: list[ProductProcess] = []
        self._controls = 0

    def worker(self, **changes: object) -> ProductProcess:
        """A worker, ready to deliver. Changes are settings: `total_timeout=1`."""
        return self.workers(1, **changes)[0]

    def workers(self, count: int, **changes: object) -> list[ProductProcess]:
        """Several workers, ready; they start side by side."""
        starting = [self.run("worker", WORKER, **changes) for _ in range(count)]
        return [one.wait_for_line("worker_started") for one in starting]

    def control(self, name: str) -> Control:
        """What a test reaches into a process with that is to be started."""
        self._controls += 1
        return Control.new(self._folder / f"{self._controls}-{name}.control")

    def armed_worker(self, control: Control, **changes: object) -> ProductProcess:
        """A worker under control, ready to deliver."""
        process = self.run("worker", [ARMED, str(control.file), *WORKER], **changes)
        return process.wait_for_line("worker_started")

    def web(self, port: int, **changes: object) -> str:
        """A web server on this port, ready. Returns its base URL."""
        return self._serve(port, ["gunicorn"], changes)

    def armed_web(self, port: int, control: Control, **changes: object) -> str:
        """The same, under control. What strikes it strikes gunicorn's child."""
        return self._serve(port, [ARMED, str(control.file), "gunicorn"], changes)

    def _serve(self, port: int, program: list[str], changes: dict[str, object]) -> str:
        options = [
            "--bind",
            f"127.0.0.1:{port}",
            "--threads",
            "4",
            "--worker-class",
            "launch.web_worker.WebWorker",
            "--no-control-socket",
        ]
        process = self.run("web", [*program, *options, "app:create_app()"], **changes)
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            if process.returncode is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the web server did not start:\n{process.log}")
            time.sleep(0.05)
        return f"http://127.0.0.1:{port}"

    def run(self, name: str, words: list[str], **changes: object) -> ProductProcess:
        """Any module of the product or under it, as `python -m` would run it; not waited for."""
        changed = {f"POSTBACK_{setting.upper()}": str(value) for setting, value in changes.items()}
        log = self._folder / f"{len(self._started) + 1}-{name}.log"
        process = ProductProcess.warm(words, {**self._environment, **changed}, log)
        self._started.append(process)
        return process

    def stop(self) -> None:
        """End everything, frozen or not."""
        for process in self._started:
            process.kill()

    def logs(self) -> str:
        return "\n".join(f"--- process {process.pid}\n{process.log}" for process in self._started)


def free_port() -> int:
    """A loopback port that nobody listened on a moment ago."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
