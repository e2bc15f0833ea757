"""The bell: rung once for many, heard before every claim, and never in the way."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer

from jobs.queue import BELL_LIST, DELIVER, QUEUE_NAME, WAKE_KEY, WAKE_SECONDS, Bell, wake
from tests.processes import HOUSE
from tests.valkey import Valkey

PATIENCE = 0.25
FIRST, AFTERWARDS = 2.0, 0.005


@pytest.fixture
def bell(valkey: Valkey) -> Bell:
    return Bell(valkey.url, PATIENCE)


def queued(valkey: Valkey) -> list[tuple[str, tuple[object, ...]]]:
    with valkey.client() as client:
        jobs = Queue(QUEUE_NAME, connection=client, serializer=JSONSerializer).jobs
        return [(str(job.func_name), tuple(job.args)) for job in jobs]


def take_the_job(valkey: Valkey) -> None:
    """As an idle worker does at once."""
    with valkey.client() as client:
        client.delete(f"rq:queue:{QUEUE_NAME}")


def seconds(call: object) -> float:
    assert callable(call)
    began = time.monotonic()
    call()
    return time.monotonic() - began


def costs_nothing(call: object) -> bool:
    took = sorted(seconds(call) for _ in range(100))  # a busy machine holds some of them up
    return took[50] < AFTERWARDS and took[-1] < PATIENCE


def test_many_rings_are_one_wake_without_arguments(bell: Bell, valkey: Valkey) -> None:
    for _ in range(50):
        bell.ring()
    assert queued(valkey) == [(DELIVER, ())]


def test_after_the_answer_the_next_ring_wakes_again(bell: Bell, valkey: Valkey) -> None:
    bell.ring()
    assert [bell.answer(), bell.answer()] == [True, False]
    take_the_job(valkey)
    bell.ring()
    assert len(queued(valkey)) == 1


def test_a_wake_that_nobody_answers_lapses(bell: Bell, valkey: Valkey) -> None:
    bell.ring()
    with valkey.client() as client:
        assert 0 < int(str(client.ttl(WAKE_KEY))) <= WAKE_SECONDS


def test_rings_from_many_threads_at_once_are_one_wake(bell: Bell, valkey: Valkey) -> None:
    threads = [threading.Thread(target=bell.ring) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(queued(valkey)) == 1


class SlowBell(Bell):
    """Takes its time, and remembers when it rang."""

    def __init__(self, url: str) -> None:
        super().__init__(url, PATIENCE)
        self.began: list[float] = []

    def _ring(self) -> None:
        self.began.append(time.monotonic())
        time.sleep(0.05)


def test_threads_share_a_ring_that_began_after_each_of_them_came(valkey: Valkey) -> None:
    bell, came, left = SlowBell(valkey.url), [0.0] * 12, [0.0] * 12

    def ring(number: int) -> None:
        time.sleep(number * 0.01)
        came[number] = time.monotonic()
        bell.ring()
        left[number] = time.monotonic()

    threads = [threading.Thread(target=ring, args=(number,)) for number in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert all(any(in_ <= began <= out for began in bell.began) for in_, out in zip(came, left, strict=True))
    assert len(bell.began) < 12


def test_a_listening_pump_is_told_and_no_job_is_made(bell: Bell, valkey: Valkey) -> None:
    heard: list[bool] = []
    listening = threading.Thread(target=lambda: heard.append(bell.listen(5)))
    listening.start()
    with valkey.client() as client:
        while not any(one["cmd"] == "blpop" and "b" in one["flags"] for one in client.client_list()):
            time.sleep(0.005)
    Bell(valkey.url, PATIENCE).ring()
    listening.join(10)
    assert heard == [True]
    assert queued(valkey) == []


def test_a_ring_just_before_listening_is_heard(bell: Bell) -> None:
    bell.ring()
    assert bell.listen(5)


def test_listening_ends_when_nothing_is_heard(bell: Bell) -> None:
    began = time.monotonic()
    assert not bell.listen(0.2)
    assert 0.1 < time.monotonic() - began < 3


def test_a_ring_after_the_last_listener_left_starts_a_pump_at_once(bell: Bell, valkey: Valkey) -> None:
    """Its going away must not leave a time in which rings are told to nobody."""
    assert not bell.listen(0.1)
    bell.ring()
    assert queued(valkey) == [(DELIVER, ())]


def test_ringing_again_wakes_though_a_wake_seems_to_be_under_way(bell: Bell, valkey: Valkey) -> None:
    bell.ring()
    take_the_job(valkey)
    bell.ring()
    assert queued(valkey) == []
    bell.ring_again()
    assert len(queued(valkey)) == 1


def test_no_second_job_waits_behind_the_first(bell: Bell, valkey: Valkey) -> None:
    for _ in range(150):
        bell.ring_again()
    assert len(queued(valkey)) == 1


def test_what_others_left_under_its_keys_breaks_nothing(bell: Bell, valkey: Valkey) -> None:
    with valkey.client() as client:
        client.set(BELL_LIST, "not a list")
        client.rpush(WAKE_KEY, "not a string")
    bell.ring()
    bell.listen(0.1)
    bell.answer()


def test_without_redis_the_first_ring_is_quick_and_the_next_cost_nothing(tmp_path: Path) -> None:
    bell = Bell(f"unix://{tmp_path}/nobody.sock", PATIENCE)
    assert seconds(bell.ring) < FIRST
    assert costs_nothing(bell.ring)
    assert bell.answer() is True


def test_a_silent_redis_costs_one_wait_then_nothing(silent_redis: str) -> None:
    bell = Bell(silent_redis, PATIENCE)
    assert seconds(bell.ring) < FIRST
    assert costs_nothing(bell.ring)
    assert costs_nothing(bell.answer)


def test_a_redis_that_freezes_later_costs_one_wait_then_nothing(bell: Bell, valkey: Valkey) -> None:
    bell.ring()
    valkey.freeze()
    assert seconds(bell.ring) < FIRST
    assert costs_nothing(bell.ring)
    valkey.thaw()


def test_while_redis_is_silent_no_later_ring_pays_for_it_and_then_it_is_rung_again(bell: Bell, valkey: Valkey) -> None:
    valkey.freeze()
    bell.ring()
    later = []
    for _ in range(50):
        time.sleep(0.05)
        later.append(seconds(bell.ring))
    assert max(later) < PATIENCE
    valkey.thaw()
    assert rung_within(10, bell, valkey)


def test_when_redis_comes_back_it_is_rung_again(bell: Bell, valkey: Valkey) -> None:
    valkey.kill()
    bell.ring()
    valkey.start()
    assert rung_within(10, bell, valkey)


FORKING = """
import os, sys
from jobs import queue
known = queue._bells[sys.argv[1], 0.25] = queue.Bell(sys.argv[1], 0.25)
known.ring()
child = os.fork()
if not child:
    os._exit(0 if not queue._bells else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or not known._breaker.open)
"""


def test_a_fork_has_a_bell_of_its_own(tmp_path: Path) -> None:
    """The thread that would notice Redis coming back is not in the fork."""
    forking = [sys.executable, "-c", FORKING, f"unix://{tmp_path}/nobody.sock"]
    done = subprocess.run(forking, cwd=HOUSE, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def rung_within(within: float, bell: Bell, valkey: Valkey) -> bool:
    deadline = time.monotonic() + within
    while not (rung := bool(queued(valkey))) and time.monotonic() < deadline:
        bell.ring_again()
        time.sleep(0.02)
    return rung


@pytest.mark.parametrize("setting", ["maxmemory", "min-replicas-to-write"])
def test_a_redis_that_refuses_to_write_is_no_error(bell: Bell, valkey: Valkey, setting: str) -> None:
    with valkey.client() as client:
        client.config_set(setting, "1")
    assert seconds(bell.ring) < FIRST
    assert costs_nothing(bell.ring)


def test_wake_rings_the_applications_bell(app: Flask, valkey: Valkey) -> None:
    wake()
    wake()
    assert queued(valkey) == [(DELIVER, ())]


def test_wake_without_redis_returns_quickly(app: Flask, valkey: Valkey) -> None:
    valkey.kill()
    assert seconds(wake) < FIRST
    assert max(seconds(wake) for _ in range(50)) < AFTERWARDS
