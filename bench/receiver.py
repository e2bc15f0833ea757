"""A receiver that costs little: one epoll-driven thread on bare descriptors, answers 200 at once.

It remembers which `webhook-id` came when, and a path that begins with `/hang` is recorded and never answered. For
the benchmark itself: `GET /arrivals` answers a line for each POST that came, in their order, with its id and the
epoch nanoseconds of its arrival; `GET /count` how many came; `GET /forget` the same, and starts anew.
Run as `python -m bench.receiver`; prints its port, and ends with its standard input.
"""

import os
import re
import select
import socket
import sys
import time
from array import array

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LENGTH = re.compile(rb"\ncontent-length: *(\d+)", re.IGNORECASE)
ID_LENGTH = 24
NO_ID = b"-" * ID_LENGTH
READ_BYTES = 65536


class Receiver:
    """One listening socket, any number of kept-alive connections."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.poll = select.epoll()
        self.poll.register(self.listener.fileno(), select.EPOLLIN)
        self.unfinished: dict[int, bytes] = {}
        """Descriptor → the beginning of a request whose rest has not come yet."""
        self.ids = bytearray()
        self.times = array("q")

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self, control: int) -> None:
        """Serve until `control` reads its end."""
        self.poll.register(control, select.EPOLLIN)
        listening, wait, read = self.listener.fileno(), self.poll.poll, self._read
        while True:
            for descriptor, _ in wait():
                if descriptor == listening:
                    self._accept()
                elif descriptor == control:
                    return
                else:
                    read(descriptor)

    def _accept(self) -> None:
        try:
            while True:
                connection, _ = self.listener.accept()
                connection.setblocking(False)
                self.poll.register(connection.detach(), select.EPOLLIN)
        except BlockingIOError:
            return

    def _read(self, descriptor: int) -> None:
        try:
            received = os.read(descriptor, READ_BYTES)
        except OSError:
            received = b""
        if not received:
            self.unfinished.pop(descriptor, None)
            os.close(descriptor)  # epoll forgets it by itself
            return
        if self.unfinished:
            received = self.unfinished.pop(descriptor, b"") + received
        try:
            self._take(descriptor, received)
        except OSError:
            os.close(descriptor)

    def _take(self, descriptor: int, received: bytes) -> None:
        """Answer every whole request that stands here; keep what is left over."""
        while received:
            head = received.find(b"\r\n\r\n") + 4
            if head < 4 or len(received) < (end := head + _body_length(received, head)):
                self.unfinished[descriptor] = received
                return
            self._answer(descriptor, received, head)
            received = received[end:] if len(received) > end else b""

    def _answer(self, descriptor: int, received: bytes, head: int) -> None:
        if not received.startswith(b"POST"):
            os.set_blocking(descriptor, True)  # the answer may be long, and nothing is measured now
            _write_all(descriptor, self._told(received))
            os.set_blocking(descriptor, False)
            return
        start = received.find(b"webhook-id: ", 0, head)
        self.times.append(time.time_ns())
        self.ids += received[start + 12 : start + 12 + ID_LENGTH] if start > 0 else NO_ID
        if not received.startswith(b"POST /hang"):
            os.write(descriptor, ANSWER)

    def _told(self, asked: bytes) -> bytes:
        body = b"%d" % len(self.times)
        if asked.startswith(b"GET /arrivals"):
            ids = (self.ids[place : place + ID_LENGTH] for place in range(0, len(self.ids), ID_LENGTH))
            body = b"".join(b"%s %d\n" % one for one in zip(ids, self.times, strict=True))
        elif asked.startswith(b"GET /forget"):
            self.ids, self.times = bytearray(), array("q")
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def _body_length(received: bytes, head: int) -> int:
    usual = received.find(b"\nContent-Length: ", 0, head)  # how libcurl, requests and wrk write it
    if usual > 0:
        return int(received[usual + 17 : received.find(b"\r", usual + 17, head)])
    found = LENGTH.search(received, 0, head)
    return int(found[1]) if found else 0


def _write_all(descriptor: int, answer: bytes) -> None:
    while answer:
        answer = answer[os.write(descriptor, answer) :]


if __name__ == "__main__":
    receiver = Receiver()
    sys.stdout.write(f"{receiver.port}\n")
    sys.stdout.flush()
    receiver.serve(sys.stdin.fileno())
