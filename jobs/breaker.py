"""A circuit breaker: while Redis is gone nobody asks it but one thread, which asks until it answers again.

Once open, a request pays nothing. The thread's question is a write, because a Redis that is full or read-only
answers pings and is of no use.
"""

import threading
import time
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
"""Seconds between two questions: doubled each time, up to this."""

log = structlog.get_logger(__name__)


class Breaker:
    """Closed while all is well; shared by a process's threads. `probe` raises as long as Redis is of no use."""

    def __init__(self, probe: Callable[[], object]) -> None:
        self._probe = probe
        self._lock = threading.Lock()
        self.open = False

    def trip(self, error: Exception) -> None:
        """Open it, if it is not, and start the thread that closes it again."""
        with self._lock:
            if self.open:
                return
            self.open = True
            log.warning("redis_unavailable", error=type(error).__name__)
            threading.Thread(target=self._ask_until_answered, name="breaker", daemon=True).start()

    def _ask_until_answered(self) -> None:
        pause = FIRST_PAUSE
        try:
            while not self._answered(pause):
                pause = min(LONGEST_PAUSE, pause * 2)
        finally:  # whatever ends this thread: without it a breaker must not stay open
            self.open = False
        log.info("redis_available")

    def _answered(self, pause: float) -> bool:
        time.sleep(pause)
        try:
            self._probe()
        except (RedisError, OSError):
            return False
        return True
