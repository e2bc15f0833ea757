"""Names that hang, and what they cost the others."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from postbacks import resolver as module
from postbacks import resolver_threads
from postbacks.resolver import MOST_SLOW, Answer, VettingResolver
from postbacks.targets import Target, TargetRefusedError, TargetRules
from tests.postbacks.sending import LIMITS, a_post, adapter, all_of, code_of
from tests.receiver import Receiver

AT_ONCE = 2.0  # seconds, on a machine that has much else to do; a name that hangs does so until it is released
HEALTHY = ("one.test", "two.test", "three.test")
RULES = TargetRules(allowed_ports=((1, 65535),))


def target(host: str, port: int = 443) -> Target:
    return Target("https", host, port, f"https://{host}:{port}/")


def threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "resolver"]


class NameServer:
    """Answers at once, but for names that begin with `hanging`: these wait until `release`."""

    def __init__(self) -> None:
        self.hanging = "hangs"
        self.asked: Counter[str] = Counter()
        self._released = threading.Event()

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked[host] += 1
        if host.startswith(self.hanging):
            self._released.wait(10)
        return ["8.8.8.8"]

    def release(self) -> None:
        self._released.set()


@pytest.fixture
def server() -> Iterator[NameServer]:
    made = NameServer()
    yield made
    made.release()


@contextmanager
def resolving(server: NameServer) -> Iterator[VettingResolver]:
    made = VettingResolver(RULES, lambda: None, server)
    try:
        yield made
    finally:
        made.close()


def answer_of(resolver: VettingResolver, host: str, within: float = 5.0) -> Answer:
    deadline = time.monotonic() + within
    while (answer := resolver.ask(target(host))) is None:
        assert time.monotonic() < deadline, f"{host} is not known after {within} s"
        time.sleep(0.002)
    return answer


def seconds_for(resolver: VettingResolver, *hosts: str) -> float:
    """The least that one of them took: what holds lookups up holds each of them up, a busy machine not all."""

    def seconds(host: str) -> float:
        began = time.monotonic()
        assert answer_of(resolver, host) == ["8.8.8.8"]
        return time.monotonic() - began

    return min(seconds(host) for host in hosts)


def test_forty_names_that_hang_do_not_keep_a_healthy_one_waiting(server: NameServer) -> None:
    with resolving(server) as resolver:
        for number in range(40):
            assert resolver.ask(target(f"hangs-{number}.test")) is None
        assert seconds_for(resolver, *HEALTHY) < AT_ONCE
        server.release()


def test_attempts_to_forty_names_that_hang_end_at_their_deadline_and_delay_no_other(
    server: NameServer, receiver: Receiver
) -> None:
    def answer_or_hang(host: str, port: int) -> list[str]:
        server(host, port)
        return ["127.0.0.1"]

    with adapter(resolver=answer_or_hang) as wire:
        for number in range(40):
            wire.start(a_post(f"http://hangs-{number}.test:{receiver.port}/"), f"lane-{number}", number)
        for host in HEALTHY:
            wire.start(a_post(f"http://{host}:{receiver.port}/"), host, host)
        results = all_of(wire, 43)
        server.release()
    healthy, others = {host: results.pop(host) for host in HEALTHY}, results
    assert {code_of(sent) for sent in healthy.values()} == {None}
    deadline_ms = LIMITS.total_timeout * 1000
    assert min(sent.timing.total_ms for sent in healthy.values()) < deadline_ms / 2
    assert {code_of(sent) for sent in others.values()} == {"dns_failed"}
    assert all(deadline_ms <= sent.timing.total_ms <= deadline_ms + 3000 for sent in others.values())


def test_a_name_that_answered_before_is_served_while_a_thousand_new_ones_hang(server: NameServer) -> None:
    with resolving(server) as resolver:
        for host in HEALTHY:
            assert answer_of(resolver, host) == ["8.8.8.8"]
        resolver._fresh.clear()
        before = len(threads())
        for number in range(1000):
            assert resolver.ask(target(f"hangs-{number}.test")) is None
        assert seconds_for(resolver, *HEALTHY) < AT_ONCE
        assert len(threads()) - before <= 128
        server.release()


def test_names_that_were_slow_before_share_a_few_threads(server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW_SECONDS", 0.0)
    names = [f"slow-{number}.test" for number in range(60)]
    with resolving(server) as resolver:
        for name in names:
            answer_of(resolver, name)
        monkeypatch.setattr(module, "SLOW_SECONDS", 1.0)
        resolver._fresh.clear()
        server.asked.clear()
        server.hanging = "slow"
        for name in names:
            resolver.ask(target(name))
        deadline = time.monotonic() + 5
        while server.asked.total() < MOST_SLOW and time.monotonic() < deadline:
            time.sleep(0.005)
        assert server.asked.total() == MOST_SLOW
        assert seconds_for(resolver, *HEALTHY) < AT_ONCE
        server.release()


def test_a_slow_name_that_answers_in_time_again_is_as_good_as_any(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with resolving(server) as resolver:
        monkeypatch.setattr(module, "SLOW_SECONDS", 0.0)
        answer_of(resolver, "x.test")
        assert resolver._standings == {"x.test": module.Standing.SLOW}
        monkeypatch.setattr(module, "SLOW_SECONDS", 1.0)
        resolver._fresh.clear()
        answer_of(resolver, "x.test")
        assert resolver._standings == {"x.test": module.Standing.PROMPT}


def test_every_one_that_had_to_wait_for_a_thread_gets_its_turn(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_RUNNING", dict.fromkeys(module.Standing, 3))
    names = [f"n-{number}.test" for number in range(30)]
    with resolving(server) as resolver:
        for name in names:
            resolver.ask(target(name))
        for name in names:
            assert answer_of(resolver, name) == ["8.8.8.8"]
    assert server.asked == Counter(names)


def test_an_address_is_judged_at_once_and_costs_no_thread(server: NameServer) -> None:
    before = len(threads())
    with resolving(server) as resolver:
        assert resolver.ask(target("8.8.8.8")) == ("8.8.8.8",)
        assert resolver.ask(target("2606::1")) == ("2606::1",)
        for forbidden in ("127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"):
            assert isinstance(resolver.ask(target(forbidden)), TargetRefusedError)
    assert not server.asked
    assert len(threads()) == before


def test_an_answer_is_shared_while_it_is_fresh_and_no_longer(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.2)
    with resolving(server) as resolver:
        for _ in range(3):
            answer_of(resolver, "x.test")
        assert server.asked["x.test"] == 1
        time.sleep(0.25)
        answer_of(resolver, "x.test")
        assert server.asked["x.test"] == 2
        answer_of(resolver, "y.test")
        time.sleep(0.25)
        resolver.ask(target("8.8.8.8"))
        assert list(resolver._fresh) == [("8.8.8.8", 443)], "what is stale is let go of"


def test_what_nobody_asks_for_again_is_let_go_of_all_the_same(server: NameServer) -> None:
    with resolving(server) as resolver:
        for number in range(200):
            resolver.ask(target(f"n-{number}.test"))
        deadline = time.monotonic() + 5
        while resolver._running and time.monotonic() < deadline:
            answer_of(resolver, "another.test")
            resolver._fresh.pop(("another.test", 443))
        assert not resolver._running


@pytest.mark.parametrize("problem", [OSError("no such name"), RuntimeError("broken"), ValueError("odd")])
def test_whatever_a_resolver_raises_is_its_answer(problem: Exception) -> None:
    def raising(_host: str, _port: int) -> list[str]:
        raise problem

    made = VettingResolver(RULES, lambda: None, raising)
    assert answer_of(made, "x.test") is problem
    made.close()


def test_threads_that_hang_do_not_keep_a_process_from_ending(server: NameServer) -> None:
    with resolving(server) as resolver:
        resolver.ask(target("hangs.test"))
        assert threads()
        assert all(one.daemon for one in threads())


def test_no_thread_outlives_its_use(server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver_threads, "IDLE_SECONDS", 0.05)
    others = set(threads())
    with resolving(server) as idle, resolving(server) as closed:
        for number in range(20):
            idle.ask(target(f"hangs-{number}.test"))
            closed.ask(target(f"hangs-{number}.test"))
        assert len(set(threads()) - others) == 40
        closed.close()
        server.release()
        for one in set(threads()) - others:
            one.join(5)
        assert not set(threads()) - others
        assert answer_of(idle, "later.test") == ["8.8.8.8"]


def test_threads_are_used_again(server: NameServer) -> None:
    others = set(threads())
    with resolving(server) as resolver:
        for number in range(50):
            answer_of(resolver, f"n-{number}.test")
        assert len(set(threads()) - others) <= 2
