"""A loop that asks as fast as one process can, over kept-alive connections: wrk's part where there is no wrk.

`python -m bench.raw_loop URL SECONDS CONNECTIONS` takes header lines and body of the POST from standard input, and
prints how many answers a second came. One answer in 200 bytes, at once: the benchmark's own receiver.
"""

import os
import select
import socket
import sys
import time
from contextlib import ExitStack
from urllib.parse import urlsplit


def asked_per_second(host: str, port: int, request: bytes, seconds: float, connections: int) -> float:
    """Send, wait for the answer, send again, on each connection. Raises RuntimeError for an answer that is none."""
    with ExitStack() as opened, select.epoll() as poll:
        for _ in range(connections):
            connection = opened.enter_context(socket.create_connection((host, port)))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            poll.register(connection.fileno(), select.EPOLLIN)
            connection.sendall(request)
        count, until = 0, (began := time.monotonic()) + seconds
        while time.monotonic() < until:
            for descriptor, _ in poll.poll(1.0):
                answer = os.read(descriptor, 4096)
                if not answer.startswith(b"HTTP/1.1 200 "):
                    raise RuntimeError(f"the receiver answered {answer[:100]!r}")
                os.write(descriptor, request)
                count += 1
        return count / (time.monotonic() - began)


def main() -> None:
    url, seconds, connections = urlsplit(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    head, _, body = sys.stdin.buffer.read().partition(b"\r\n\r\n")
    lines = b"POST %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (url.path.encode(), url.netloc.encode(), head)
    request = b"%sContent-Length: %d\r\n\r\n%s" % (lines, len(body), body)
    print(asked_per_second(str(url.hostname), int(url.port or 80), request, seconds, connections))


if __name__ == "__main__":
    main()
