"""One process under supervision: started in a session of its own, restarted when it dies, stopped on request."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass

from structlog import get_logger

from config import HOUSE

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 15.0
STEADY_SECONDS = 30.0
"""A process that ran this long starts with the shortest pause again."""

log = get_logger(__name__)


@dataclass
class Child:
    """A command that shall run. Its process leads its own group: Ctrl-C in a terminal reaches only the supervisor."""

    name: str
    command: list[str]
    delay: float = 0.0
    """Seconds that its first start waits, so that what is needed sooner has the machine to itself."""
    deaths: int = 0
    """How often in a row it ended by itself soon after its start."""
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _not_before: float = 0.0

    def __post_init__(self) -> None:
        self._not_before = time.monotonic() + self.delay

    @property
    def pid(self) -> int | None:
        """The id of its process and process group; None while there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> int:
        """Start it now. Returns its process id."""
        self._started = time.monotonic()
        self._process = subprocess.Popen(self.command, cwd=HOUSE, stdin=subprocess.DEVNULL, start_new_session=True)
        return self._process.pid

    def due(self) -> bool:
        """Whether it does not run and its pause is over."""
        return self._process is None and time.monotonic() >= self._not_before

    def reap(self) -> int | None:
        """The id of its process if that ended since the last look, None otherwise. Decides when it may start again."""
        if self._process is None or self._process.poll() is None:
            return None
        ended, ran = self._process, time.monotonic() - self._started
        self._process = None
        _kill_group(ended.pid)
        self.deaths = 1 if ran >= STEADY_SECONDS else self.deaths + 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.deaths - 1, 10))
        self._not_before = time.monotonic() + pause
        log.warning("process_ended", name=self.name, pid=ended.pid, why=_why(ended.returncode), restart_in=pause)
        return ended.pid

    def ask_to_stop(self) -> None:
        """Ask its first process to end; that one tells its own."""
        if self._process is not None:
            self._process.terminate()

    def stopped(self) -> bool:
        """Whether it has ended, as asked; whatever it left behind in its group then ends as well."""
        if self._process is not None and self._process.poll() is not None:
            _kill_group(self._process.pid)
            self._process = None
        return self._process is None

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self._process is not None:
            _kill_group(self._process.pid)
            self._process.wait()
            self._process = None


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left in it
        os.killpg(group, signal.SIGKILL)


def _why(code: int) -> str:
    if code >= 0:
        return f"it exited with {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
