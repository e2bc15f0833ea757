"""A receiver that costs little: answers 200 at once from one epoll-driven thread, remembers what came when.

`GET /arrivals` answers a JSON object of `webhook-id` → epoch nanoseconds of its first arrival, and `GET /count`
how many POSTs came; both are for the benchmark. A path that begins with `/hang` is never answered.
Run as `python -m bench.receiver`; prints its port.
"""

import json
import selectors
import socket
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Receiver:
    """One listening socket, any number of kept-alive connections."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.buffers: dict[socket.socket, bytes] = {}
        self.arrivals: dict[str, int] = {}
        self.count = 0

    def serve(self) -> None:
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listener:
                    self._accept()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._read(key.fileobj)

    def _accept(self) -> None:
        try:
            while True:
                connection, _ = self.listener.accept()
                connection.setblocking(False)
                self.buffers[connection] = b""
                self.selector.register(connection, selectors.EVENT_READ)
        except BlockingIOError:
            return

    def _read(self, connection: socket.socket) -> None:
        try:
            received = connection.recv(262144)
        except OSError:
            received = b""
        if not received:
            self.selector.unregister(connection)
            del self.buffers[connection]
            connection.close()
            return
        buffer = self.buffers[connection] + received
        while request := _complete(buffer):
            buffer = buffer[len(request) :]
            answer = self._answer(request)
            if answer:
                connection.sendall(answer)
        self.buffers[connection] = buffer

    def _answer(self, request: bytes) -> bytes:
        if request.startswith(b"POST /hang"):
            return b""
        if request.startswith(b"POST"):
            self.count += 1
            start = request.find(b"webhook-id: ") + 12
            self.arrivals.setdefault(request[start : request.find(b"\r", start)].decode(), time.time_ns())
            return ANSWER
        body = json.dumps(self.arrivals if request.startswith(b"GET /arrivals") else self.count).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def _complete(buffer: bytes) -> bytes | None:
    """The first whole request in the buffer."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    start = buffer.lower().find(b"content-length:", 0, end)
    length = int(buffer[start + 15 : buffer.find(b"\r", start)]) if start >= 0 else 0
    return buffer[: end + 4 + length] if len(buffer) >= end + 4 + length else None


if __name__ == "__main__":
    receiver = Receiver()
    sys.stdout.write(f"{receiver.listener.getsockname()[1]}\n")
    sys.stdout.flush()
    receiver.serve()
