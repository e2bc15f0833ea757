"""Keeps the processes of one machine running, and stops them in order.

queue server → workers → web is the way in. On the way out the web goes first, so that nothing new comes in; then
the workers, who finish what is on the wire; then the queue server. What is not gone by the deadline is killed:
its deliveries are under leases and come back with the next start.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from types import FrameType

from structlog import get_logger

from config import HOUSE
from launch.child import Child

TICK = 0.1
LAST_SECONDS = 1.0
"""Kept back from the deadline for killing what remains."""
GIVE_UP_AFTER = 3
"""Deaths of one process, in a row and before everything was ready once, that mean: it will never start."""
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = get_logger(__name__)


class NeverReadyError(Exception):
    """A process dies as often as it is started; the message names it."""


class Supervisor:
    """Looks after the children it is given, in one thread."""

    def __init__(self, lock: int, allowance: float) -> None:
        """`lock` is the descriptor of the instance lock, shared with the guard; `allowance` the seconds to stop in."""
        self.stopping = threading.Event()
        self.ready = False
        self._allowance = allowance
        self._lock = lock
        self._layers: list[tuple[Sequence[Child], float]] = []
        self._hurry = False
        self._parent = os.getppid()
        self._guard = self._new_guard()

    def heed_signals(self) -> None:
        """From now on SIGTERM, SIGINT and SIGHUP ask for an orderly stop; a second one for a quick one."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup` means it
            signal.signal(signal.SIGHUP, self._on_signal)

    def start(self, children: Sequence[Child], patience: float) -> None:
        """Start these side by side. In a stop, what was started earlier waits up to `patience` seconds for them."""
        self._layers.append((children, patience))
        self.tend()

    def wait_until(self, answered: Callable[[], bool], seconds: float) -> bool:
        """Keep the children running until the question is answered with yes. False when stopped or out of time."""
        deadline = time.monotonic() + seconds
        while not self.stopping.is_set() and time.monotonic() < deadline:
            self.tend()
            if answered():
                return True
            self.stopping.wait(TICK)
        return False

    def keep_running(self, *, until_parent_exits: bool) -> None:
        """Tend the children until a signal asks to stop."""
        self.ready = True
        while not self.stopping.wait(TICK):
            self.tend()
            if until_parent_exits and os.getppid() != self._parent:
                log.warning("parent_ended")
                return

    def tend(self) -> None:
        """Look at every child once, and start what is due. Raises NeverReadyError."""
        if self._guard.poll() is not None:
            self._guard = self._new_guard()
        for child in self._children():
            if (ended := child.reap()) is not None:
                self._tell_guard(f"-{ended}")
            if not self.ready and child.deaths >= GIVE_UP_AFTER:
                raise NeverReadyError(f"The {child.name} process does not start; what it wrote above says why.")
            if child.due():
                self._run(child)

    def stop(self) -> None:
        """End everything within the allowance, what started last first."""
        deadline = time.monotonic() + self._allowance
        ending = [child.pid for child in self._children() if child.pid is not None]
        for children, patience in reversed(self._layers):
            for child in children:
                child.ask_to_stop()
            self._wait_for(children, min(deadline - LAST_SECONDS, time.monotonic() + patience))
        self._wait_for(list(self._children()), deadline - LAST_SECONDS)
        for child in self._children():
            if not child.stopped():
                log.warning("process_killed", name=child.name, pid=child.pid)
                child.kill()
        for pid in ending:
            self._tell_guard(f"-{pid}")
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()

    def _children(self) -> Iterable[Child]:
        return (child for children, _ in self._layers for child in children)

    def _run(self, child: Child) -> None:
        pid = child.start()
        self._tell_guard(f"+{pid}")
        log.info("process_started", name=child.name, pid=pid)

    def _wait_for(self, children: Sequence[Child], deadline: float) -> None:
        while not self._hurry and time.monotonic() < deadline and not all(child.stopped() for child in children):
            time.sleep(TICK / 2)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._hurry = self.stopping.is_set()
        self.stopping.set()

    def _new_guard(self) -> subprocess.Popen[str]:
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(HOUSE / "launch" / "guard.py"), str(self._allowance)],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=(self._lock,),
        )
        for child in self._children():
            if child.pid is not None:
                self._tell_guard(f"+{child.pid}")
        return self._guard

    def _tell_guard(self, line: str) -> None:
        assert self._guard.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died; the next look starts another and tells it everything
            self._guard.stdin.write(line + "\n")
            self._guard.stdin.flush()
