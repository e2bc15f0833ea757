"""A listening socket that nobody may reach: no spelling, name, resolver or proxy setting leads to it."""

import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network
from itertools import cycle
from pathlib import Path
from typing import Self

import pytest

from postbacks.targets import Resolver, TargetRules, system_resolver
from tests.postbacks.sending import ABROAD, HOME, a_post, adapter, all_of, code_of
from tests.postbacks.spellings import LOOPBACK_HOSTS
from tests.receiver import Receiver

NOWHERE = "127.0.0.2"
"""An address that may be called in these tests and where nobody listens: it stands for a public one."""
ELSEWHERE = replace(ABROAD, allowed_networks=(ip_network(f"{NOWHERE}/32"),))


class Canary:
    """Counts connections to one port of this machine, on IPv4 and, where there is one, on IPv6."""

    def __init__(self) -> None:
        self.connections = 0
        self._selector = selectors.DefaultSelector()
        self._stopping = threading.Event()
        first = socket.create_server(("127.0.0.1", 0))
        self.port = int(first.getsockname()[1])
        self._sockets = [first]
        with suppress(OSError):
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for one in self._sockets:
            self._selector.register(one, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(5)
        self._selector.close()
        for one in self._sockets:
            one.close()

    def _count(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(0.05):
                connection, _ = key.fileobj.accept()  # type: ignore[union-attr]
                connection.close()
                self.connections += 1


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as one:
        yield one


@pytest.fixture(autouse=True)
def tempting_environment(canary: Canary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything that makes other clients take a detour leads to the canary."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    (tmp_path / ".netrc").write_text("default login tempted password secret\n")
    (tmp_path / ".curlrc").write_text(f"proxy = http://127.0.0.1:{canary.port}\n")


def refused(
    canary: Canary, hosts: Sequence[str], resolver: Resolver, scheme: str = "http", rules: TargetRules = ABROAD
) -> list[str | None]:
    """Send to each host on the canary's port, all at once; the codes of what came of it."""
    with adapter(rules, resolver=resolver) as wire:
        for number, host in enumerate(hosts):
            wire.start(a_post(f"{scheme}://{host}:{canary.port}/hook"), f"lane-{number}", host)
        results = all_of(wire, len(hosts))
    return [code_of(results[host]) for host in hosts]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_loopback_is_reached_by_the_systems_resolver(canary: Canary, scheme: str) -> None:
    codes = refused(canary, LOOPBACK_HOSTS, system_resolver, scheme)
    assert set(codes) <= {"blocked_target", "dns_failed"}
    assert canary.connections == 0


def test_no_spelling_is_reached_when_every_name_resolves_to_loopback(canary: Canary) -> None:
    assert set(refused(canary, LOOPBACK_HOSTS, lambda *_: ["127.0.0.1"])) == {"blocked_target"}
    assert canary.connections == 0


def test_no_spelling_is_reached_when_the_guard_is_told_of_a_public_address(canary: Canary) -> None:
    """The guard and libcurl might read a host differently; then the socket is where it is noticed."""
    codes = refused(canary, LOOPBACK_HOSTS, lambda *_: [NOWHERE], rules=ELSEWHERE)
    assert set(codes) <= {"blocked_target", "connect_refused"}
    assert canary.connections == 0


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["127.0.0.1", NOWHERE],
        [NOWHERE, "127.0.0.1"],
        [NOWHERE, "2606:4700::1111", "::1"],
        ["fe80::1%lo"],
        ["0.0.0.0"],
        ["::"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        [],
        ["not an address"],
        ["127.0.0.1:80"],
        [""],
    ],
    ids=" ".join,
)
def test_a_name_with_a_forbidden_answer_is_refused_whole(canary: Canary, answers: list[str]) -> None:
    codes = refused(canary, ["x.test", "y.test"], lambda *_: answers, rules=ELSEWHERE)
    assert set(codes) <= {"blocked_target", "dns_failed"}
    assert canary.connections == 0


def test_a_name_that_is_rebound_between_two_sends_is_asked_and_vetted_anew(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("postbacks.resolver.FRESH_SECONDS", 0.0)
    answers = cycle([[NOWHERE], ["127.0.0.1"]])
    with adapter(ELSEWHERE, resolver=lambda *_: next(answers)) as wire:
        codes = [code_of(wire.send_one(a_post(f"http://x.test:{canary.port}/"))) for _ in range(4)]
    assert codes == ["connect_refused", "blocked_target"] * 2
    assert canary.connections == 0


def test_the_socket_is_vetted_even_if_the_resolvers_answer_was_not(canary: Canary) -> None:
    """The last line of defence alone: addresses pinned behind the guard's back."""
    with adapter(ABROAD) as wire:
        for number, address in enumerate(["127.0.0.1", "::1", "0.0.0.0", "::ffff:127.0.0.1", "127.0.0.1,::1"]):
            easy = wire._take(f"lane-{number}")
            easy.begin(a_post(f"http://x.test:{canary.port}/"), address)
            target = wire._target(f"http://x.test:{canary.port}/")
            assert not isinstance(target, Exception)
            easy.aim(target, address.split(","))
            wire.in_flight += 1
            wire._multi.add_handle(easy.handle)
        results = all_of(wire, 5)
    assert {code_of(sent) for sent in results.values()} == {"blocked_target"}
    assert canary.connections == 0


def test_neither_proxy_nor_netrc_changes_what_an_allowed_receiver_gets(canary: Canary, receiver: Receiver) -> None:
    with adapter(HOME) as wire:
        assert code_of(wire.send_one(a_post(receiver.url("/hook")))) is None
    [request] = receiver.requests()
    assert request.request_line == "POST /hook HTTP/1.1"
    assert request.header("Authorization") is None
    assert canary.connections == 0


def test_the_canary_counts_when_it_is_reached(canary: Canary) -> None:
    socket.create_connection(("127.0.0.1", canary.port), timeout=5).close()
    for _ in range(50):
        if canary.connections:
            break
        threading.Event().wait(0.02)
    assert canary.connections == 1
