"""The worker runs our one function, whatever somebody put into Redis, and lives."""

import json
import pickle
import signal
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from jobs import deliver as deliver_job
from jobs.worker import OURS, ForeignJobError, OwnJob, WarmWorker, _new_worker
from tests.answers import respond
from tests.postbacks.tenant import Tenant
from tests.processes import Processes
from tests.received import Received
from tests.receiver import Receiver
from tests.valkey import Valkey

QUEUE = "rq:queue:postbacks"
MOMENT = "2026-11-24T00:00:00.000000Z"


TOUCHED: list[object] = []


def touch(*arguments: object) -> None:
    """What no worker may call."""
    TOUCHED.append(arguments)


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.file,)


def called(name: str, *arguments: object) -> bytes:
    return zlib.compress(json.dumps([name, None, list(arguments), {}]).encode())


TOUCH, OURS_NAME = "tests.jobs.test_worker.touch", "jobs.deliver.deliver"
HOOK = json.dumps({"url": "http://127.0.0.1:9/", "events": ["finished", "failed", "started"]})
ATTACKS: dict[str, dict[str, bytes | str]] = {
    "foreign-function": {"data": called("os.mkdir", "CANARY")},
    "method": {"data": zlib.compress(b'["touch", "CANARY", [], {}]')},
    "our-function-with-arguments": {"data": called(OURS_NAME, "CANARY")},
    "neighbour": {"data": called("jobs.worker.run_worker")},
    "dunder": {"data": called("jobs.deliver.__builtins__")},
    "pickled": {"data": b"BOMB"},
    "garbage": {"data": b"\xff\x00 not a job"},
    "nothing": {"data": b""},
    "json-of-another-shape": {"data": zlib.compress(b'{"func": "os.mkdir"}')},
    "number": {"data": zlib.compress(b"7")},
    "deep": {"data": zlib.compress(b"[" * 50_000)},
    "success-callback": {"data": called(OURS_NAME), "success_callback_name": TOUCH},
    "failure-callback": {"data": called("os.mkdir", "CANARY"), "failure_callback_name": TOUCH},
    "stopped-callback": {"data": called(OURS_NAME), "stopped_callback_name": TOUCH},
    "webhooks": {"data": called(OURS_NAME), "webhooks": f"[{HOOK}]", "webhook": HOOK},
    "bad-times": {"data": called(OURS_NAME), "created_at": "yesterday", "enqueued_at": "\u00ff"},
    "bad-timeout": {"data": called(OURS_NAME), "timeout": "soon"},
    "bad-meta": {"data": called(OURS_NAME), "meta": b"BOMB"},
    "bad-retries": {"data": called(OURS_NAME), "retries_left": "many", "retry_intervals": "[[["},
    "bad-status": {"data": called(OURS_NAME), "status": "eaten"},
    "dependent": {"data": called(OURS_NAME), "dependency_ids": "[7]", "dependency_id": "x"},
}


def put(client: "Redis", job_id: str, canary: Path, fields: dict[str, bytes | str]) -> None:
    """A job as RQ stores it, written by hand."""
    known = {"created_at": MOMENT, "enqueued_at": MOMENT, "origin": "postbacks", "status": "queued", "timeout": "-1"}
    bomb = zlib.compress(pickle.dumps(Bomb(canary)))
    for name, value in {**known, **fields}.items():
        client.hset(f"rq:job:{job_id}", name, bomb if value == b"BOMB" else value)
    client.sadd("rq:queues", QUEUE)
    client.rpush(QUEUE, job_id)


@pytest.fixture
def burst(
    tenant: Tenant, valkey: Valkey, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], list[Received]]]:
    """Works in this process until the queue is empty and says what arrived of the one delivery that is due.

    Anything but a clean end of the worker's loop is an error.
    """
    monkeypatch.setattr(deliver_job, "LINGER_SECONDS", 0.0)
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def work() -> list[Received]:
        tenant.deliveries(tenant.config(receiver.url("/hook")))
        with valkey.client() as client:
            for _ in range(len(ATTACKS)):
                _new_worker().work(burst=True, logging_level="CRITICAL")
                if not client.llen(QUEUE):
                    return receiver.requests()
        raise AssertionError("the queue does not become empty")

    yield work
    deliver_job.pump().adapter.close()
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_what_somebody_put_into_the_queue_does_nothing_and_holds_nothing_up(
    burst: Callable[[], list[Received]], valkey: Valkey, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    with valkey.client() as client:
        for name, fields in ATTACKS.items():
            put(client, name, canary, fields)
        client.set("rq:job:not-a-hash", "x")
        client.rpush(QUEUE, "no-such-job", "", b"\xff\xfe", "../../x", "a" * 10_000, "not-a-hash", "a:b:c")
        put(client, "a-good-one", canary, {"data": called(OURS_NAME)})
    assert len(burst()) == 1
    assert not canary.exists()
    assert not TOUCHED


def test_the_process_outlives_the_worst_of_it_and_goes_on_delivering(
    tenant: Tenant, valkey: Valkey, processes: Processes, receiver: Receiver, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    with valkey.client() as client:
        for attack in ("bad-times", "bad-meta", "garbage", "foreign-function", "pickled"):
            put(client, attack, canary, ATTACKS[attack])
    worker = processes.worker()
    for path in ("/first", "/second"):
        tenant.deliveries(tenant.config(receiver.url(path)), 3)
        receiver.wait_for(3, path, within=10)
    assert worker.returncode is None, worker.log
    assert not canary.exists()
    slow = tenant.config(receiver.plan("/slow", respond(200, after=0.7)))
    tenant.deliveries(slow, 20)
    receiver.wait_for(8, "/slow")
    worker.ask_to_stop()
    assert worker.ended_within(10) == 0, worker.log
    begun = len(receiver.requests("/slow"))
    assert tenant.states(slow) == {"delivered": begun, "waiting": 20 - begun}


def job(data: bytes, valkey: Valkey) -> OwnJob:
    with valkey.client() as client:
        made = OwnJob("some-id", connection=client, serializer=WarmSerializer)
    made.data = data
    return made


class WarmSerializer:
    """RQ's JSON serializer under another name, as a queue would hand it over."""

    @staticmethod
    def dumps(*args: object) -> bytes:
        return json.dumps(*args).encode()

    @staticmethod
    def loads(data: bytes) -> object:
        return json.loads(data)


def test_a_job_is_ours_or_refused(valkey: Valkey) -> None:
    assert set(OURS) == {"jobs.deliver.deliver"}
    assert job(b'["jobs.deliver.deliver", null, [], {}]', valkey).func is OURS["jobs.deliver.deliver"]
    for data in (b'["os.system", null, ["x"], {}]', b'["jobs.deliver.deliver", null, [1], {}]', b'["x", null, [], {}]'):
        with pytest.raises(ForeignJobError):
            _ = job(data, valkey).func


def test_callbacks_are_none_whatever_is_written(valkey: Valkey) -> None:
    made = job(b'["jobs.deliver.deliver", null, [], {}]', valkey)
    made._success_callback_name = made._failure_callback_name = made._stopped_callback_name = "os.getpid"
    assert (made.success_callback, made.failure_callback, made.stopped_callback) == (None, None, None)


def test_it_never_blocks_on_redis_for_longer_than_it_may_stay_silent() -> None:
    worker = WarmWorker.__new__(WarmWorker)
    assert worker.dequeue_timeout < worker.connection_timeout <= 5
