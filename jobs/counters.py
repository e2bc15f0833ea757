"""Counting what many processes count together, in windows of time: in Redis, and in this process while Redis is away.

It is bounded like ringing the bell: with Redis gone it costs a fraction of a second once, then a breaker keeps it
from being asked. Nothing here raises for Redis.
"""

import os
import time
from threading import Lock

from redis.exceptions import RedisError

from extensions import settings
from jobs.breaker import Breaker
from jobs.queue import connect

PREFIX = "postbacks:count:"
PROBE_KEY = "postbacks:probe:count"
PROBE_SECONDS = 5


class Counters:
    """One process's way of counting; shared by its threads."""

    def __init__(self, url: str, timeout: float) -> None:
        self._redis = connect(url, timeout)
        self._breaker = Breaker(lambda: self._redis.set(PROBE_KEY, 1, ex=PROBE_SECONDS))
        self._own: dict[str, int] = {}
        self._own_window = 0
        self._lock = Lock()

    def count(self, name: str, window: int, seconds: int) -> int:
        """Count one more in this window, which lasts so long; how many that makes."""
        if not self._breaker.open:
            try:
                key = f"{PREFIX}{name}:{seconds}:{window}"
                asked = self._redis.pipeline(transaction=False)
                asked.incr(key)
                asked.expire(key, seconds + 1)
                return int(asked.execute()[0])
            except (RedisError, OSError) as error:
                self._breaker.trip(error)
        return self._count_here(name, window)

    def _count_here(self, name: str, window: int) -> int:
        with self._lock:
            if window != self._own_window:
                self._own.clear()
                self._own_window = window
            self._own[name] = self._own.get(name, 0) + 1
            return self._own[name]


def window_now(seconds: int) -> tuple[int, int]:
    """The number of the window that we are in, and the seconds until the next begins."""
    now = int(time.time())
    return now // seconds, seconds - now % seconds


_counters: dict[tuple[str, float], Counters] = {}
os.register_at_fork(after_in_child=_counters.clear)  # neither its thread nor its connections live on in a child


def counters() -> Counters:
    """This process's counters for the current application."""
    chosen = settings()
    key = (chosen.effective_redis_url, chosen.redis_timeout)
    found = _counters.get(key)
    if found is None:
        found = _counters.setdefault(key, Counters(*key))
    return found
