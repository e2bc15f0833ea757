"""The bell: how a committed event wakes a worker.

Rows are the truth and Redis only rings. A wake is one RQ job, and many commits share it: the writer sets a key
that only one may set, and enqueues only if it was the one. The pump deletes the key before every claim, so
whatever was committed before a refused wake is seen by the claim that follows.

`wake` is best effort and bounded: with Redis gone it costs a fraction of a second once, then a breaker keeps
it from being asked for a while, and the sweep finds the rows.
"""

import time

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from extensions import settings

QUEUE_NAME = "postbacks"
DELIVER = "jobs.deliver.deliver"
WAKE_KEY = "postbacks:wake"
WAKE_SECONDS = 5
BREAKER_SECONDS = 2.0
MOST_QUEUED = 100

log = structlog.get_logger(__name__)


def connect(url: str, timeout: float | None) -> Redis:
    """A Redis client that waits at most `timeout` seconds for anything and never retries by itself."""
    return Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout or 5, retry=Retry(NoBackoff(), 0))


class Bell:
    """One process's way of ringing; shared by its threads."""

    def __init__(self, url: str, timeout: float) -> None:
        self._redis = connect(url, timeout)
        self._queue = Queue(QUEUE_NAME, connection=self._redis, serializer=JSONSerializer)
        self._closed_until = 0.0

    def ring(self) -> bool:
        """Wake a worker unless a wake is already under way. False where Redis could not be asked."""
        if time.monotonic() < self._closed_until:
            return False
        try:
            if self._redis.set(WAKE_KEY, 1, nx=True, ex=WAKE_SECONDS) and self._queue.count < MOST_QUEUED:
                self._queue.enqueue(DELIVER, result_ttl=0, failure_ttl=3600, job_timeout=-1)
        except (RedisError, OSError) as error:
            self._give_up(error)
            return False
        return True

    def answer(self) -> bool:
        """Whether somebody rang since the last answer; allows the next wake. Say it before every claim.

        With Redis gone nobody can tell, so the answer is yes.
        """
        if time.monotonic() < self._closed_until:
            return True
        try:
            return bool(self._redis.delete(WAKE_KEY))
        except (RedisError, OSError) as error:
            self._give_up(error)
            return True

    def _give_up(self, error: Exception) -> None:
        self._closed_until = time.monotonic() + BREAKER_SECONDS
        log.warning("redis_unavailable", error=type(error).__name__, pause_seconds=BREAKER_SECONDS)


_bells: dict[tuple[str, float], Bell] = {}


def bell() -> Bell:
    """This process's bell for the current application."""
    chosen = settings()
    key = (chosen.effective_redis_url, chosen.redis_timeout)
    found = _bells.get(key)
    if found is None:
        found = _bells.setdefault(key, Bell(*key))
    return found


def wake() -> None:
    """Tell the workers that something is due. Call it after the commit; it never raises."""
    bell().ring()
