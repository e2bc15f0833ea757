"""What Redis knows of the workers, asked in bounded time and believed only as far as it makes sense."""

import json
import threading
import time
from pathlib import Path

import pytest

from config import Settings
from jobs.health import NAMES, beat_until, queue_facts
from jobs.queue import Bell
from tests.environment import product_environment, product_settings
from tests.valkey import Valkey


def over(redis_url: str, folder: Path) -> Settings:
    return product_settings(product_environment(folder, redis_url=redis_url))


def test_an_idle_redis_knows_no_workers_and_no_wakes(valkey: Valkey, tmp_path: Path) -> None:
    facts = queue_facts(over(valkey.url, tmp_path))
    assert facts is not None
    assert (facts.queued, facts.workers) == (0, ())


def test_wakes_that_wait_are_counted(valkey: Valkey, tmp_path: Path) -> None:
    Bell(valkey.url, 0.25).ring()
    facts = queue_facts(over(valkey.url, tmp_path))
    assert facts is not None
    assert facts.queued == 1


def test_a_worker_is_known_while_it_beats_and_forgotten_when_it_ends(valkey: Valkey, tmp_path: Path) -> None:
    settings, stopped = over(valkey.url, tmp_path), threading.Event()
    beating = threading.Thread(target=beat_until, args=(stopped, settings), daemon=True)
    beating.start()
    deadline = time.monotonic() + 5
    while not ((facts := queue_facts(settings)) and facts.workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert facts is not None
    assert [worker.pid > 0 for worker in facts.workers] == [True]
    stopped.set()
    beating.join(3)
    facts = queue_facts(settings)
    assert facts is not None
    assert facts.workers == ()


def test_without_redis_there_is_no_answer_in_bounded_time(silent_redis: str, tmp_path: Path) -> None:
    for url in (silent_redis, f"unix://{tmp_path}/nobody.sock"):
        began = time.monotonic()
        assert queue_facts(over(url, tmp_path)) is None
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "facts", ["garbage", "[]", "7", "null", json.dumps({"name": "x"}), json.dumps({"name": "x", "more": 1})]
)
def test_what_is_no_workers_word_is_passed_over(valkey: Valkey, tmp_path: Path, facts: str) -> None:
    with valkey.client() as client:
        client.sadd(NAMES, "somebody", b"\xff\xfe")
        client.set("postbacks:worker:somebody", facts)
    known = queue_facts(over(valkey.url, tmp_path))
    assert known is not None
    assert known.workers == ()
