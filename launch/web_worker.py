"""gunicorn's threaded worker, whose threads never wait for a client.

Requests arrive in the event loop, any number at once, each with a deadline; a thread is taken for one that is whole.
The loop also waits for clients that are to hang up. An answer that its client does not read ends after a while.
"""

import contextlib
import errno
import resource
import selectors
import socket
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from launch.connection import BoundedSocket, Connection

GOODBYE_SECONDS = 2.0
"""How long a client may take to hang up, so that it gets the last answer in full."""
LOOK_SECONDS = 0.25
"""How often the deadlines are looked at."""
MOST_HELD = 128 * 1024 * 1024
"""Bytes of requests that a process keeps. Beyond it large ones that still arrive make room, the oldest first."""
LARGE = 64 * 1024
PIECE = 64 * 1024
"""Read at once. For much more, memory is mapped for each request anew, which costs a third of what a small one does."""
SPARED_FILES = 128
"""Open files of a process that no client may take: the store's, the queue's, the logs'."""
OUT_OF_FILES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
BREATH_SECONDS = 0.01

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def refusal(status: str, sentence: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {len(sentence)}"
    return f"{head}\r\n\r\n{sentence}".encode()


LATE = refusal("408 Request Timeout", "The request did not arrive in time. Send it again, faster.\n")
CROWDED = refusal("503 Service Unavailable", "Too many large requests arrive at once. Send it again later.\n")


class WebWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """`--worker-class launch.web_worker.WebWorker`: HTTP/1.1. TLS and HTTP/2 are the business of a proxy before it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if files != resource.RLIM_INFINITY:
            most = max(self.cfg.threads + 1, files - SPARED_FILES)
            self.worker_connections = min(self.cfg.worker_connections, most)
            self.max_keepalived = self.worker_connections - self.cfg.threads
        self._waiting: dict[Connection, None] = {}
        """Those that the loop reads from, in the order in which they began."""
        self._held = 0
        self._next_look = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl or "h2" in cfg.http_protocols:
            raise ValueError("This worker speaks HTTP/1.1 without TLS. Put a proxy before it for more.")

    def accept(self, listener: socket.socket) -> None:
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in OUT_OF_FILES:
                if not self._make_way():
                    time.sleep(BREATH_SECONDS)
            elif error.errno not in {errno.EAGAIN, errno.ECONNABORTED}:
                raise
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, BoundedSocket.of(accepted), address, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """Take the connection's next request as soon as it is whole."""
        self._keep(conn, len(conn.expect(time.monotonic()).bytes))
        conn.sock.setblocking(False)
        self._receive(conn, conn.sock)
        if conn.arrival is not None:
            self._watch(conn)

    def finish_request(self, conn: Connection, fs: "Future[Any]") -> None:
        """Go on with a connection whose request was answered."""
        self._keep(conn, -conn.held)
        conn.forget()
        keeps = not fs.cancelled() and fs.exception() is None and fs.result()
        if keeps and not conn.surplus:
            super().finish_request(conn, fs)
        elif keeps:
            self.enqueue_req(conn)
        else:
            self._part(conn)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, LOOK_SECONDS) if self._waiting else timeout)
        while self.nr_conns >= self.worker_connections and self._make_way():
            pass
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            for conn in [one for one in self._waiting if one.overdue(now)]:
                self._give_up(conn, LATE)

    def _cap_keepalive(self, deadline: float) -> None:
        """Nor does a stopping worker wait any longer for those that have said nothing yet."""
        super()._cap_keepalive(deadline)
        for conn in self._waiting:
            if conn.arrival is not None and not conn.arrival.bytes:
                conn.closes = min(conn.closes, deadline)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:  # noqa: FBT001 # as gunicorn has it
        try:
            return bool(super()._keepalive_after(conn, keepalive)) and conn.spent
        except ParseException:  # in a body that nobody read: it was answered, and a second answer would be another's
            return False

    def _receive(self, conn: Connection, sock: socket.socket) -> None:
        """Read what has come of a request, and have it answered when it is whole."""
        arrival = conn.arrival
        if arrival is None:  # given up by what happened in the same moment
            return
        if arrival.end is None:
            received = _read(sock)
            if received is None:
                return
            if not received and not arrival.bytes:
                self._end(conn)
                return
            self._keep(conn, len(received))
            arrival.add(received, time.monotonic()) if received else arrival.finish()
        if arrival.end is not None:
            self._unwatch(conn)
            conn.hand_over(arrival)
            super().enqueue_req(conn)
            return
        if arrival.continues:
            arrival.continues = False
            _say(sock, CONTINUE)
        if self._held > MOST_HELD:
            self._make_room()

    def _make_way(self) -> bool:
        """Drop one for another that knocks: one that has its answer, else who has waited longest, else who is idle.

        The last one that waits stays. False where all others are being answered: that ends soon, by itself.
        """
        answered = next((one for one in self._waiting if one.arrival is None), None)
        if answered is not None or len(self._waiting) > 1:
            self._end(answered or next(iter(self._waiting)))
        elif self.keepalived_conns:
            idle = self.keepalived_conns.popleft()
            self.poller.unregister(idle.sock)
            self._end(idle)
        else:
            return False
        return True

    def _make_room(self) -> None:
        oldest = next((one for one in self._waiting if one.held > LARGE), None)
        if oldest is not None:
            self._give_up(oldest, CROWDED)

    def _give_up(self, conn: Connection, answer: bytes) -> None:
        """Say why, to a client that has said something."""
        if conn.arrival is None or not conn.arrival.bytes:
            self._end(conn)
            return
        self._unwatch(conn)
        self._keep(conn, -conn.held)
        _say(conn.sock, answer)
        self._part(conn)

    def _part(self, conn: Connection) -> None:
        """Close when the client does: closed at once, unread input of it would cost it the answer."""
        conn.arrival = None
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._end(conn)
            return
        conn.closes = time.monotonic() + GOODBYE_SECONDS
        self._watch(conn)

    def _drain(self, conn: Connection, sock: socket.socket) -> None:
        if conn in self._waiting and _read(sock) == b"":
            self._end(conn)

    def _end(self, conn: Connection) -> None:
        self._unwatch(conn)
        self._keep(conn, -conn.held)
        conn.arrival = None
        self.nr_conns -= 1
        conn.close()

    def _watch(self, conn: Connection) -> None:
        self._waiting[conn] = None
        then = self._drain if conn.arrival is None else self._receive
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(then, conn))

    def _unwatch(self, conn: Connection) -> None:
        if conn in self._waiting:
            del self._waiting[conn]
            self.poller.unregister(conn.sock)

    def _keep(self, conn: Connection, more: int) -> None:
        conn.held += more
        self._held += more


def _read(sock: socket.socket) -> bytes | None:
    """What has come; None where nothing has, and nothing in it where nothing more will."""
    try:
        return sock.recv(PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _say(sock: socket.socket, words: bytes) -> None:
    """Send these few words, unless the client does not take even them."""
    with contextlib.suppress(OSError):
        sock.send(words)
