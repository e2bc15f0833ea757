"""The bell: how a committed event wakes a worker.

Rows are the truth and Redis only rings. Many commits share one wake: the writer sets a key that only one may
set, and only that one goes on. If a pump is listening, it is told through a list that it blocks on, which costs
two round trips; else one RQ job starts a pump on an idle worker. The pump deletes the key before every claim,
so whatever was committed before a refused wake is seen by the claim that follows.

Ringing is best effort and bounded: with Redis gone it costs a fraction of a second once, then a breaker keeps it
from being asked by anybody who is in a hurry, and the sweep finds the rows.
"""

import os
import time
from threading import Lock

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from extensions import settings
from failpoints import Place, failpoint
from jobs.breaker import Breaker

QUEUE_NAME = "postbacks"
DELIVER = "jobs.deliver.deliver"
WAKE_KEY = "postbacks:wake"
LISTENING_KEY = "postbacks:listening"
BELL_LIST = "postbacks:bell"
PROBE_KEY = "postbacks:probe"
WAKE_SECONDS = 5
LISTENING_MS = 1000
MOST_QUEUED = 100


def connect(url: str, timeout: float | None) -> Redis:
    """A Redis client that waits at most `timeout` seconds for anything and never retries by itself."""
    return Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout or 5, retry=Retry(NoBackoff(), 0))


class Bell:
    """One process's way of ringing and of hearing; shared by its threads. Nothing here raises for Redis."""

    def __init__(self, url: str, timeout: float) -> None:
        self._redis = connect(url, timeout)
        self._blocking = connect(url, timeout + LISTENING_MS / 1000)
        self._queue = Queue(QUEUE_NAME, connection=self._redis, serializer=JSONSerializer)
        self._ringing = Lock()
        self._rung = 0
        self._breaker = Breaker(lambda: self._redis.set(PROBE_KEY, 1, ex=WAKE_SECONDS))

    def ring(self) -> None:
        """Wake a pump unless a wake is already under way.

        Who comes while another thread rings waits for it and rings next; all that came meanwhile are served by that.
        """
        if self._breaker.open:
            return
        mine = self._rung + 1
        with self._ringing:
            if self._rung < mine:
                self._rung += 1
                self._ring()

    def _ring(self) -> None:
        if self._breaker.open:
            return
        try:
            asked = self._redis.pipeline(transaction=False)
            asked.set(WAKE_KEY, 1, nx=True, ex=WAKE_SECONDS)
            asked.exists(LISTENING_KEY)
            set_, listening = asked.execute()
            if set_ and listening:
                self._redis.rpush(BELL_LIST, 1)
            elif set_:
                self._start_pump()
        except (RedisError, OSError) as error:
            self._breaker.trip(error)

    def ring_again(self) -> None:
        """Wake a pump though a wake seems to be under way: something is due that it should have fetched."""
        if self._breaker.open:
            return
        try:
            self._redis.delete(WAKE_KEY, LISTENING_KEY)
        except (RedisError, OSError) as error:
            self._breaker.trip(error)
        self.ring()

    def answer(self) -> bool:
        """Whether somebody rang since the last answer; allows the next wake. Say it before every claim.

        With Redis gone nobody can tell, so the answer is yes.
        """
        if self._breaker.open:
            return True
        try:
            return bool(self._redis.delete(WAKE_KEY))
        except (RedisError, OSError) as error:
            self._breaker.trip(error)
            return True

    def listen(self, seconds: float) -> bool:
        """Wait for a bell, at most so long and at most half a second. Whether one was heard, or cannot be."""
        wait = min(seconds, LISTENING_MS / 2000)
        if self._breaker.open:
            time.sleep(wait)
            return True
        try:
            self._blocking.set(LISTENING_KEY, 1, px=LISTENING_MS)
            if self._redis.delete(WAKE_KEY):  # rung between the last claim and this line
                return True
            return self._blocking.blpop([BELL_LIST], timeout=wait) is not None
        except (RedisError, OSError) as error:
            self._breaker.trip(error)
            return False

    def _start_pump(self) -> None:
        if self._queue.count < MOST_QUEUED:
            self._queue.enqueue(DELIVER, result_ttl=0, failure_ttl=3600, job_timeout=-1)


_bells: dict[tuple[str, float], Bell] = {}
os.register_at_fork(after_in_child=_bells.clear)  # neither its thread nor its connections live on in a child


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
    failpoint(Place.COMMITTED_UNTOLD)
    bell().ring()
    failpoint(Place.WAKE_RUNG)
