"""The bell: how a committed event wakes a worker.

Rows are the truth and Redis only rings. Many commits share one wake: the writer sets a key that only one may
set, and only that one goes on. It puts a word into a list: a pump that blocks on it has it at once, which costs two
round trips; where nobody does, one RQ job starts a pump on an idle worker. The pump deletes key and list before
every claim, so whatever was committed before a refused wake is seen by the claim that follows.

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
BELL_LIST = "postbacks:bell"
PROBE_KEY = "postbacks:probe"
WAKE_SECONDS = 5
LISTEN_SECONDS = 0.5


def connect(url: str, timeout: float | None) -> Redis:
    """A Redis client that waits at most `timeout` seconds for anything and never retries by itself."""
    return Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout or 5, retry=Retry(NoBackoff(), 0))


class Bell:
    """One process's way of ringing and of hearing; shared by its threads. Nothing here raises for Redis."""

    def __init__(self, url: str, timeout: float) -> None:
        self._redis = connect(url, timeout)
        self._blocking = connect(url, timeout + LISTEN_SECONDS)
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
            if self._redis.set(WAKE_KEY, 1, nx=True, ex=WAKE_SECONDS):
                self._call()
        except (RedisError, OSError) as error:
            self._breaker.trip(error)

    def call(self) -> None:
        """Wake one more pump, if there is an idle one: more is due than the caller can send."""
        if self._breaker.open:
            return
        try:
            self._call()
        except (RedisError, OSError) as error:
            self._breaker.trip(error)

    def _call(self) -> None:
        told = self._redis.pipeline(transaction=False)
        told.rpush(BELL_LIST, 1)
        told.llen(BELL_LIST)
        _, unheard = told.execute()
        if unheard:  # whoever blocks on the list has what is put there at once
            self._start_pump()

    def ring_again(self) -> None:
        """Wake a pump though a wake seems to be under way: something is due that it should have fetched."""
        if self._breaker.open:
            return
        try:
            self._redis.delete(WAKE_KEY)
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
            asked = self._redis.pipeline(transaction=False)
            asked.delete(WAKE_KEY)
            asked.delete(BELL_LIST)
            return bool(asked.execute()[0])
        except (RedisError, OSError) as error:
            self._breaker.trip(error)
            return True

    def listen(self, seconds: float) -> bool:
        """Wait for a bell, at most so long and at most half a second. Whether one was heard, or cannot be."""
        wait = min(seconds, LISTEN_SECONDS)
        if self._breaker.open:
            time.sleep(wait)
            return True
        try:
            # What was rung for between the last claim and this line lies in the list.
            return self._blocking.blpop([BELL_LIST], timeout=wait) is not None
        except (RedisError, OSError) as error:
            self._breaker.trip(error)
            return False

    def _start_pump(self) -> None:
        """One waiting job is enough: who takes it fetches all that is due, and the next ring calls the next worker."""
        if not self._queue.count:
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
