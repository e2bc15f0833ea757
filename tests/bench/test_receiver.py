"""The benchmark's receiver and the loop that stands in for wrk."""

import socket
import urllib.request
from collections.abc import Iterator

import pytest

from bench.raw_loop import asked_per_second
from bench.stage import receiver

FIRST, SECOND = "1" * 24, "2" * 24


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with receiver() as (port, _pid):
        yield port


@pytest.fixture
def peer(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        ask(port, "forget")
        yield connection


def ask(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
        return str(answer.read().decode())


def post(id_: str, path: str = "/ok", name: str = "Content-Length") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nwebhook-id: {id_}\r\n{name}: 3\r\n\r\na=b".encode()


def arrived(port: int) -> list[str]:
    return [line.split()[0] for line in ask(port, "arrivals").splitlines()]


def answers(peer: socket.socket, count: int) -> int:
    received = b""
    while received.count(b"\r\n\r\nok") < count:
        received += peer.recv(4096)
    return received.count(b"HTTP/1.1 200 OK")


def test_each_post_is_answered_and_remembered_with_its_time(port: int, peer: socket.socket) -> None:
    for id_ in (FIRST, SECOND, FIRST):
        peer.sendall(post(id_))
        assert answers(peer, 1) == 1
    assert arrived(port) == [FIRST, SECOND, FIRST]
    times = [int(line.split()[1]) for line in ask(port, "arrivals").splitlines()]
    assert times == sorted(times)
    assert ask(port, "count") == "3"


def test_posts_that_come_in_one_piece_are_told_apart(port: int, peer: socket.socket) -> None:
    peer.sendall(post(FIRST) + post(SECOND, name="content-length"))
    assert answers(peer, 2) == 2
    assert arrived(port) == [FIRST, SECOND]


def test_a_post_may_come_in_pieces(port: int, peer: socket.socket) -> None:
    whole = post(FIRST)
    for place in range(len(whole)):
        peer.sendall(whole[place : place + 1])
    assert answers(peer, 1) == 1
    assert arrived(port) == [FIRST]


def test_a_hanging_path_is_remembered_and_not_answered(port: int, peer: socket.socket) -> None:
    peer.sendall(post(FIRST, path="/hang/1"))
    peer.settimeout(0.2)
    with pytest.raises(TimeoutError):
        peer.recv(1)
    assert arrived(port) == [FIRST]


def test_forgetting_starts_anew(port: int, peer: socket.socket) -> None:
    peer.sendall(post(FIRST))
    assert answers(peer, 1) == 1
    assert ask(port, "forget") == "1"
    assert arrived(port) == []


def test_one_that_hangs_up_does_not_disturb_the_others(port: int, peer: socket.socket) -> None:
    with socket.create_connection(("127.0.0.1", port)) as other:
        other.sendall(post(SECOND)[:40])
    peer.sendall(post(FIRST))
    assert answers(peer, 1) == 1
    assert arrived(port) == [FIRST]


def test_the_raw_loop_counts_what_the_receiver_counts(port: int, peer: socket.socket) -> None:
    rate = asked_per_second("127.0.0.1", port, post(FIRST), 0.2, 4)
    assert 0 < rate * 0.2 <= int(ask(port, "count"))
