"""The yardstick that the pump is compared with: one RQ job per delivery, plainly and honestly.

Each job reads its delivery, sends one signed POST through a kept-alive requests session, and writes the attempt and
the delivery's new state in one transaction. Over the product's own tables, with what can be kept kept: the session,
the connection, the signing key. `python -m bench.rq_jobs` is a worker.
"""

import time
from functools import cache

import requests
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from rq.suspension import resume, suspend
from sqlalchemy import insert, select, update

from app import create_app
from bench.load import Backlog
from bench.stage import Stage
from extensions import db, settings
from jobs.queue import connect
from models import WRITES, Attempt, AttemptState, Delivery, DeliveryState, Event, PostbackConfig, now_ms
from postbacks.encryption import Vault
from postbacks.message import CONTENT_TYPE, USER_AGENT, postback_body, signed_request
from postbacks.signing import key_of

QUEUE = "one-job-per-delivery"
JOB = "bench.rq_jobs.deliver_one"


def deliver_one(delivery_id: str) -> None:
    """One delivery, from its row to its row."""
    with db.engine.connect() as connection:
        asked = (
            select(Event.type, Event.resource, Event.data, PostbackConfig.id, PostbackConfig.url)
            .select_from(Delivery)
            .join(Event, Event.id == Delivery.event_id)
            .join(PostbackConfig, PostbackConfig.id == Delivery.postback_config_id)
            .where(Delivery.id == delivery_id)
        )
        type_, resource, data, config_id, url = connection.execute(asked).one()
    started = now_ms()
    fixed = (f"User-Agent: {USER_AGENT}", f"Content-Type: {CONTENT_TYPE}")
    body, timestamp = postback_body(type_, resource, 1, data), started // 1000
    keys = [_signing_key(config_id)]
    request = signed_request(url, fixed, body, message_id=delivery_id, keys=keys, timestamp=timestamp)
    answer = _session().post(url, data=body, headers=dict(request.headers), timeout=15, allow_redirects=False)
    _record(delivery_id, url, started, answer, request.masked_headers)


def _record(delivery_id: str, url: str, started: int, answer: requests.Response, headers: str) -> None:
    ended = now_ms()
    attempt = {
        "delivery_id": delivery_id,
        "sequence": 1,
        "number": 1,
        "state": AttemptState.SUCCEEDED.value if answer.ok else AttemptState.FAILED.value,
        "url": url,
        "started_ms": started,
        "duration_ms": ended - started,
        "status": answer.status_code,
        "request_headers": headers,
        "response_headers": "\n".join(f"{name}: {value}" for name, value in answer.headers.items()),
        "response_body": answer.content,
        "reason": f"The receiver answered {answer.status_code}.",
    }
    state = DeliveryState.DELIVERED if answer.ok else DeliveryState.FAILED
    values = {"state": state.value, "attempts_made": 1, "attempts_begun": 1, "next_attempt_ms": None}
    with db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(insert(Attempt), attempt)
        ending = {"last_status": answer.status_code, "finished_ms": ended}
        connection.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values, **ending))


def enqueue(on: Stage, backlog: Backlog) -> None:
    """A job for each delivery of the backlog; the workers begin when all are in the queue."""
    with on.app.app_context(), connect(settings().effective_redis_url, 10) as redis:
        suspend(redis)
        time.sleep(1.5)  # a worker looks once a second whether it may go on
        queue = _queue(redis)
        jobs = [
            Queue.prepare_data(JOB, args=(backlog.id(number),), result_ttl=0, timeout=60)
            for number in range(backlog.count)
        ]
        queue.enqueue_many(jobs)
        resume(redis)


@cache
def _session() -> requests.Session:
    return requests.Session()


@cache
def _signing_key(config_id: str) -> bytes:
    with db.engine.connect() as connection:
        secret = connection.scalar(select(PostbackConfig.signing_secret).where(PostbackConfig.id == config_id))
    return key_of(Vault(settings().fernet_keys).decrypt(secret or b""))


def _queue(redis: Redis) -> Queue:
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def main() -> None:
    with create_app().app_context():
        redis = connect(settings().effective_redis_url, None)
        worker = SimpleWorker([_queue(redis)], connection=redis, serializer=JSONSerializer)
        worker.work(logging_level="CRITICAL")


if __name__ == "__main__":
    main()
