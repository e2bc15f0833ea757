"""A listening socket that nobody may reach: no spelling, name, resolver, redirect or proxy setting leads to it."""

import socket
import threading
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_network
from itertools import cycle
from pathlib import Path

import pytest

from postbacks.targets import Resolver, TargetRules
from tests.answers import respond
from tests.canary import Canary
from tests.postbacks.sending import ABROAD, HOME, a_post, adapter, all_of, code_of
from tests.postbacks.spellings import LOOPBACK_HOSTS, resolved_here
from tests.receiver import Receiver

NOWHERE = "127.0.0.2"
"""An address that may be called in these tests and where nobody listens: it stands for a public one."""
ELSEWHERE = replace(ABROAD, allowed_networks=(ip_network(f"{NOWHERE}/32"),))


PROXIES = ("http://{}", "https://{}", "socks4a://{}", "socks5://{}", "socks5h://{}", "{}")


@pytest.fixture(autouse=True, params=PROXIES[:1], ids=["http"])
def tempting_environment(
    request: pytest.FixtureRequest, canary: Canary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Everything that makes other clients take a detour leads to the canary."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        for spelled in (name, name.upper()):
            monkeypatch.setenv(spelled, request.param.format(f"127.0.0.1:{canary.port}"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("HOME", "CURL_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
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
    codes = refused(canary, LOOPBACK_HOSTS, resolved_here, scheme)
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


@pytest.mark.parametrize("tempting_environment", PROXIES, indirect=True)
def test_neither_proxy_nor_netrc_changes_what_an_allowed_receiver_gets(canary: Canary, receiver: Receiver) -> None:
    with adapter(HOME) as wire:
        assert code_of(wire.send_one(a_post(receiver.url("/hook")))) is None
    [request] = receiver.requests()
    assert request.request_line == "POST /hook HTTP/1.1"
    assert request.header("Authorization") is None
    assert canary.connections == 0


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308, 401, 407, 503])
def test_an_answer_that_points_elsewhere_is_not_followed(canary: Canary, receiver: Receiver, status: int) -> None:
    """Not even where the other place could be called."""
    elsewhere = f"http://127.0.0.1:{canary.port}/"
    places = [
        elsewhere,
        f"https://127.0.0.1:{canary.port}/",
        f"//127.0.0.1:{canary.port}/",
        "file:///etc/passwd",
        "/hook",
    ]
    pointing = {
        "Refresh": f"0;url={elsewhere}",
        "Link": f"<{elsewhere}>",
        "Alt-Svc": f'http/1.1="127.0.0.1:{canary.port}"',
    }
    plans = [respond(status, {"Location": place, "WWW-Authenticate": "Basic", **pointing}) for place in places]
    url = receiver.plan("/hook", *plans, 200)
    with adapter(HOME) as wire:
        results = [wire.send_one(a_post(url)) for _ in range(len(places) + 1)]
    assert [sent.response.status_code if sent.response is not None else None for sent in results] == [status] * len(
        places
    ) + [200]
    assert len(receiver.requests()) == len(places) + 1
    assert canary.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "x.test"])
def test_a_port_that_may_not_be_called_is_not_called_whatever_the_address(canary: Canary, host: str) -> None:
    rules = replace(HOME, allowed_ports=((1, canary.port - 1), (canary.port + 1, 65535)))
    assert refused(canary, [host], lambda *_: ["127.0.0.1"], rules=rules) == ["blocked_target"]
    assert canary.connections == 0


def test_what_is_no_plain_url_is_not_called(canary: Canary) -> None:
    place = f"127.0.0.1:{canary.port}"
    urls = [
        f"file://{place}/etc/passwd",
        f"ftp://{place}/",
        f"gopher://{place}/_x",
        f"dict://{place}/x",
        f"telnet://{place}",
    ]
    urls += [
        f"http://me:pw@{place}/",
        f"http://{place}@{place}/",
        f"ws://{place}/",
        f"//{place}/",
        place,
        "",
        "http://",
    ]
    with adapter(HOME) as wire:
        for number, url in enumerate(urls):
            wire.start(a_post(url), f"lane-{number}", url)
        assert {code_of(sent) for sent in all_of(wire, len(urls)).values()} == {"blocked_target"}
    assert canary.connections == 0


def test_the_canary_counts_when_it_is_reached(canary: Canary) -> None:
    socket.create_connection(("127.0.0.1", canary.port), timeout=5).close()
    for _ in range(50):
        if canary.connections:
            break
        threading.Event().wait(0.02)
    assert canary.connections == 1
