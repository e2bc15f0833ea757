"""The worker: RQ's loop, kept warm and fenced in.

It runs jobs in its own process (a fork for each would cost more than a thousand deliveries), runs nothing but
this project's own functions whatever stands in Redis, and sweeps. While Redis is away it delivers without it.
"""

import gc
import os
import secrets
import signal
import socket
import threading
from types import FrameType
from typing import Any

from flask import Flask
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from structlog import get_logger

from extensions import db, settings
from jobs import deliver as deliver_job
from jobs.health import beat_until
from jobs.queue import DELIVER, QUEUE_NAME, connect
from jobs.stopping import stop_requested
from jobs.sweep import sweep_until
from models import plan_by_index

log = get_logger(__name__)

OURS = {DELIVER: deliver_job.deliver}
DEQUEUE_SECONDS = 2
GARBAGE_THRESHOLDS = (50_000, 20, 20)
REDIS_PATIENCE = 5
"""Seconds without an answer after which a blocking read of the queue counts as failed."""


class ForeignJobError(Exception):
    """Something in the queue names a function that is not ours."""


class OwnJob(Job):
    """A job that can be nothing but a call of one of our functions, without callbacks."""

    @property
    def func(self) -> Any:
        if self.func_name not in OURS or self.args or self.kwargs:
            raise ForeignJobError(f"refused to run {self.func_name!r}")
        return OURS[self.func_name]

    def perform(self) -> Any:
        """Run it; what goes wrong is logged here, in our words, and then left to RQ's record of failed jobs."""
        try:
            return super().perform()
        except Exception:
            log.exception("job_failed", job_id=self.id)
            raise

    def _no_callback(self) -> None:
        return None

    success_callback = property(_no_callback)
    failure_callback = property(_no_callback)
    stopped_callback = property(_no_callback)

    def send_webhooks(self, *_args: Any, **_kwargs: Any) -> None:
        """RQ's own webhooks would call any address that stands in Redis; here they call none."""


class WarmWorker(SimpleWorker):
    """Runs jobs in this process and survives what Redis does."""

    job_class = OwnJob
    exponential_backoff_factor = 1.0
    max_connection_wait_time = 1.0

    @property
    def dequeue_timeout(self) -> int:
        return DEQUEUE_SECONDS

    @property
    def connection_timeout(self) -> int:
        return REDIS_PATIENCE

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        stop_requested.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """A second signal changes nothing: what is in the air ends within its deadline anyway."""

    def set_shutdown_requested_date(self) -> None:
        """Not told to Redis: a signal handler must not wait for it."""


def run_worker(app: Flask) -> None:
    """Work until SIGTERM or SIGINT: deliver on request, sweep once a second, say that it lives."""
    stop_requested.clear()
    _collect_seldom()
    with app.app_context():
        plan_by_index(db.engine)
        threads = [
            threading.Thread(target=sweep_until, args=(stop_requested, app), name="sweep", daemon=True),
            threading.Thread(target=beat_until, args=(stop_requested, settings()), name="beat", daemon=True),
        ]
        for thread in threads:
            thread.start()
        log.info("worker_started", pid=os.getpid())
        while not stop_requested.is_set():
            _work_while_redis_answers()
    stop_requested.set()
    for thread in threads:
        thread.join(timeout=2)
    log.info("worker_stopped", pid=os.getpid())


def _collect_seldom() -> None:
    """Look for garbage cycles seldom: a pump makes none to speak of, and looking costs it a tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def _work_while_redis_answers() -> None:
    """RQ's loop; when it ends because Redis is gone, one pump without it: rows are enough to deliver by."""
    try:
        try:
            _new_worker().work(logging_level="CRITICAL")
        except (RedisError, OSError) as error:
            log.warning("queue_lost", error=type(error).__name__)
        if not stop_requested.is_set():
            _deliver_without_queue()
    except StopRequested:  # RQ's answer to a signal that comes outside its jobs
        return


def _deliver_without_queue() -> None:
    """One pump. RQ's signal handlers would throw an exception into it; here a signal is only noted."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _note_stop)
    deliver_job.deliver()


def _note_stop(_signum: int, _frame: FrameType | None) -> None:
    stop_requested.set()


def _new_worker() -> WarmWorker:
    connection = connect(settings().effective_redis_url, REDIS_PATIENCE)
    queue = Queue(QUEUE_NAME, connection=connection, serializer=JSONSerializer)
    # RQ refuses a name that it believes to be in use, and believes so of a worker whose Redis went away.
    name = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}"
    return WarmWorker([queue], name=name, connection=connection, serializer=JSONSerializer, worker_ttl=30)
