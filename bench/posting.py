"""A load generator of its own process: the same POST over and over from several kept-alive connections.

Run as `python -m bench.posting`; reads a plan as JSON from standard input and prints what came of it as JSON.
Raw sockets and requests made beforehand: it must cost little beside what it measures. `SERIAL` in the body is
replaced by eight digits that are different in every request.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass, field

SERIAL = "########"
ANSWER_LIMIT = 60.0


@dataclass(frozen=True)
class Plan:
    """What to send. The first `warm_up` seconds are not counted."""

    port: int
    path: str
    headers: dict[str, str]
    body: str
    connections: int
    seconds: float
    warm_up: float = 1.0

    def requests(self) -> bytes:
        """The request, its `SERIAL` not yet replaced."""
        body = self.body.encode()
        head = {"Host": f"127.0.0.1:{self.port}", "Content-Type": "application/json", **self.headers}
        head["Content-Length"] = str(len(body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"POST {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


@dataclass
class Result:
    """Answers per second, how long each took (ms, ascending), and the first that was no 2xx."""

    per_second: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    refused: str = ""


class Poster:
    """All the connections, driven from one thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.template = plan.requests()
        self.serial = time.time_ns() // 1000 % 50_000_000
        self.selector = selectors.DefaultSelector()
        self.began: dict[socket.socket, float] = {}
        self.received: dict[socket.socket, bytes] = {}
        self.result = Result()

    def run(self) -> Result:
        for _ in range(self.plan.connections):
            connection = socket.create_connection(("127.0.0.1", self.plan.port), timeout=ANSWER_LIMIT)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(connection, selectors.EVENT_READ)
            self._send(connection)
        start = time.perf_counter() + self.plan.warm_up
        end = start + self.plan.seconds
        while not self.result.refused and (now := time.perf_counter()) < end:
            ready = self.selector.select(ANSWER_LIMIT)
            if not ready:
                raise TimeoutError(f"no answer after {ANSWER_LIMIT} s")
            for key, _ in ready:
                assert isinstance(key.fileobj, socket.socket)
                self._read(key.fileobj, counts=now >= start)
        took = time.perf_counter() - start
        self.result.milliseconds.sort()
        self.result.per_second = len(self.result.milliseconds) / took
        return self.result

    def _send(self, connection: socket.socket) -> None:
        self.serial += 1
        self.received[connection] = b""
        self.began[connection] = time.perf_counter()
        connection.sendall(self.template.replace(SERIAL.encode(), b"%08d" % self.serial))

    def _read(self, connection: socket.socket, *, counts: bool) -> None:
        answer = self.received[connection] + connection.recv(1 << 20)
        self.received[connection] = answer
        if not _whole(answer):
            return
        if not answer.startswith(b"HTTP/1.1 2"):
            self.result.refused = answer[:2000].decode(errors="replace") or "the connection was closed"
        elif counts:
            self.result.milliseconds.append((time.perf_counter() - self.began[connection]) * 1000)
        self._send(connection)


def _whole(answer: bytes) -> bool:
    end = answer.find(b"\r\n\r\n")
    if not answer:
        return True
    if end < 0:
        return False
    start = answer.lower().find(b"content-length:", 0, end)
    length = int(answer[start + 15 : answer.find(b"\r", start)]) if start >= 0 else 0
    return len(answer) >= end + 4 + length


if __name__ == "__main__":
    json.dump(asdict(Poster(Plan(**json.load(sys.stdin))).run()), sys.stdout)
