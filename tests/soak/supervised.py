"""A process of the product that is started again whenever it ends, as a supervisor would."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.control import Control
from tests.processes import ProductProcess

LOOK_EVERY = 0.1
PAUSE = 0.3
"""Between an end and the next start."""


class Supervised:
    """One of them; `control` reaches into whichever process runs at the moment."""

    def __init__(self, name: str, control: Control, start: Callable[[], ProductProcess]) -> None:
        self.name = name
        self.control = control
        self.deaths = 0
        self._start = start
        self._process = start()
        self._stopped = threading.Event()
        self._keeping = threading.Thread(target=self._keep, daemon=True)
        self._keeping.start()

    def kill(self) -> None:
        """It and its children, at once."""
        self._to_all(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        self._process.ask_to_stop()

    def freeze(self) -> None:
        self._to_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._to_all(signal.SIGCONT)

    def stop(self) -> None:
        """For good."""
        self._stopped.set()
        self._keeping.join(10)
        self.kill()
        self._process.kill()

    @property
    def log(self) -> str:
        return self._process.log

    def _keep(self) -> None:
        while not self._stopped.wait(LOOK_EVERY):
            if self._process.returncode is not None:
                self.deaths += 1
                time.sleep(PAUSE)
                self._process = self._start()

    def _to_all(self, number: signal.Signals) -> None:
        family = [self._process.pid, *_children(self._process.pid)]
        for pid in family if self._process.returncode is None else []:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
