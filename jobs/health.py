"""How the workers and their queue are, as Redis knows it. Every question is bounded by the Redis timeout.

Each worker says every second that it lives, under a key that expires: neither a killed worker nor a clock that
differs between hosts can make it look alive.
"""

import json
import os
import socket
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from structlog import get_logger

from config import Settings
from jobs.queue import QUEUE_NAME, connect
from jobs.working import work
from models import wall_ms

NAMES = "postbacks:workers"
BEAT_SECONDS = 1.0
FIRST_BEAT_SECONDS = 0.2
"""A process that dies of its own start does not get as far as to look alive."""
ALIVE_SECONDS = 6

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LiveWorker:
    """A worker that said within the last seconds that it lives."""

    name: str
    host: str
    pid: int
    started_ms: int
    beat_ms: int = 0
    """When it last said so, by its own clock."""
    in_flight: int = 0
    """Attempts under way when it said so."""
    delivered: int = 0
    failed: int = 0
    """Since its start."""
    swept_ms: int = 0


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """Redis answered; `queued` wakes wait for a worker."""

    queued: int
    workers: tuple[LiveWorker, ...]


def queue_facts(settings: Settings) -> QueueFacts | None:
    """The state of queue and workers, or None where Redis does not answer in time."""
    redis = _client(settings.effective_redis_url, settings.redis_timeout)
    try:
        queued = Queue(QUEUE_NAME, connection=redis, serializer=JSONSerializer).count
        return QueueFacts(queued, _live_workers(redis))
    except (RedisError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """Which server it is, and how it is."""

    name: str
    version: str
    memory: str
    uptime_seconds: int
    writable: bool


def redis_facts(settings: Settings) -> RedisFacts | None:
    """What the Redis server says of itself, or None where it does not answer in time."""
    redis = _client(settings.effective_redis_url, settings.redis_timeout)
    try:
        said: dict[str, Any] = redis.info()
    except (RedisError, OSError):
        return None
    name = str(said.get("server_name", "redis"))
    version = said.get(f"{name}_version", said.get("redis_version", "?"))
    return RedisFacts(
        name.capitalize(),
        str(version),
        str(said.get("used_memory_human", "?")),
        int(said.get("uptime_in_seconds", 0)),
        said.get("role", "master") == "master",
    )


def beat_until(stopped: threading.Event, settings: Settings) -> None:
    """Say every second that this process works, until told to stop; then take it back."""
    redis = _client(settings.effective_redis_url, settings.redis_timeout)
    name = f"{socket.gethostname()}.{os.getpid()}"
    who = {"name": name, "host": socket.gethostname(), "pid": os.getpid(), "started_ms": wall_ms()}
    wait = FIRST_BEAT_SECONDS
    while not stopped.wait(wait):
        wait = BEAT_SECONDS
        try:
            _say(redis, name, json.dumps(who | _work_now()))
        except (RedisError, OSError):
            log.debug("beat_unheard")  # the bell reports a missing Redis; this would only repeat it every second
    try:
        redis.delete(_key(name))
    except (RedisError, OSError):
        log.debug("beat_not_taken_back")


def _work_now() -> dict[str, int]:
    return {
        "beat_ms": wall_ms(),
        "in_flight": work.in_flight(),
        "delivered": work.delivered,
        "failed": work.failed,
        "swept_ms": work.swept_ms,
    }


def _say(redis: Redis, name: str, facts: str) -> None:
    redis.set(_key(name), facts, ex=ALIVE_SECONDS)
    redis.sadd(NAMES, name)


def _live_workers(redis: Redis) -> tuple[LiveWorker, ...]:
    names = sorted(name.decode(errors="replace") for name in redis.smembers(NAMES) if isinstance(name, bytes))
    if not names:
        return ()
    said = redis.mget([_key(name) for name in names])
    silent = [name for name, facts in zip(names, said, strict=True) if facts is None]
    if silent:
        redis.srem(NAMES, *silent)
    return tuple(worker for facts in said if isinstance(facts, bytes) and (worker := _worker(facts)) is not None)


def _worker(facts: bytes) -> LiveWorker | None:
    try:
        return LiveWorker(**json.loads(facts))
    except (ValueError, TypeError):  # somebody else wrote it
        return None


def _key(name: str) -> str:
    return f"postbacks:worker:{name}"


@cache
def _client(url: str, timeout: float) -> Redis:
    return connect(url, timeout)
