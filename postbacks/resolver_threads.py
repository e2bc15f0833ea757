"""Threads for calls that may hang: made when there is none to spare, gone when nobody needs them.

They are daemons, unlike those of the standard library's pool: a process ends though one of them hangs.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

IDLE_SECONDS = 5.0

Job = Callable[[], None]


class Threads:
    """A thread for each job at once; how many there may be is for the caller to see to."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        """Counts the threads that wait for a job which nobody has promised them yet."""

    def run(self, job: Job) -> None:
        self._jobs.put(job)
        if not self._idle.acquire(blocking=False):
            threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def close(self) -> None:
        """Let the threads end, those that hang as soon as they come back. Waits for none."""
        self._jobs.put(None)

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=IDLE_SECONDS)
            except Empty:
                if self._idle.acquire(blocking=False):
                    return
                continue  # a job was promised to this thread in this very moment
            if job is None:
                self._jobs.put(None)  # for the next one
                return
            job()
            self._idle.release()
