"""The wire: requests' PreparedRequest in, requests' Response or a named failure out.

A transport adapter, the seam that requests documents, over libcurl's multi interface driven by its sockets:
one thread keeps a thousand attempts in the air. `send` serves a single request, `start` and `poll` the pump.

What holds for every attempt, whoever sends it:
- it ends within the total deadline, name lookup included; libcurl enforces it, whatever the peer does
- every address is vetted, once before and once more when the socket is opened; no redirect, proxy, netrc or
  decompression; no second POST behind our back (the body cannot be rewound, so libcurl cannot repeat it)
- a connection is kept alive, and used only within its lane (a config): each lane connects by a name of its own,
  pinned to the vetted addresses, while SNI, certificate check and Host keep the URL's own
- of the answer only so much is read and kept
"""

import socket
import time
from collections import defaultdict
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import pycurl
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from postbacks.connections import Connections
from postbacks.easy import Easy, TransportLimits
from postbacks.failures import TransportError, failure_of
from postbacks.resolver import VettingResolver
from postbacks.sockets import sockets
from postbacks.targets import (
    Resolver,
    Target,
    TargetRefusedError,
    TargetRules,
    address_allowed,
    read_url,
    system_resolver,
)
from postbacks.wire import Failure, Sent

LONGEST_WAIT = 1.0
LOOKUP_STEP = 0.05
IDLE_HANDLES = 2000
TARGETS_KEPT = 10_000
CONNECTIONS_KNOWN = 4
"""For each that may be kept alive; what is known of closed ones is forgotten with the rest, now and then."""


class CurlAdapter(BaseAdapter):
    """Sends prepared requests; not thread-safe: one adapter a thread."""

    def __init__(self, rules: TargetRules, limits: TransportLimits, resolver: Resolver = system_resolver) -> None:
        super().__init__()
        self._rules = rules
        self._limits = limits
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, limits.connections)
        self._sockets = sockets()
        self._connections = Connections(CONNECTIONS_KNOWN * limits.connections)
        self._timer: float | None = None
        self._idle: defaultdict[str, list[Easy]] = defaultdict(list)
        self._waiting: list[tuple[Easy, Target]] = []
        self._done: list[tuple[object, Sent]] = []
        self._targets: dict[str, Target | TargetRefusedError] = {}
        self._resting = 0
        self._rung = False
        self._look_again = 0.0
        self.in_flight = 0
        self._bell, self._ringer = socket.socketpair()
        self._bell.setblocking(False)
        self._sockets.watch(self._bell.fileno(), pycurl.POLL_IN)
        self._resolver = VettingResolver(rules, self._ring, resolver)

    # requests' seam

    def send(  # noqa: PLR0917 - requests' own signature
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002, ARG002
        timeout: Any = None,  # noqa: ARG002
        verify: Any = True,  # noqa: FBT002, ARG002
        cert: Any = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> Response:
        """Send one request and wait. Raises TransportError where no answer was had.

        Deadline, trust and targets are this adapter's, not the caller's: what requests passes along is ignored.
        """
        sent = self.send_one(request)
        if sent.response is None:
            raise TransportError(sent.failure or Failure("internal"))
        return sent.response

    def send_one(self, request: PreparedRequest, lane: str = "single") -> Sent:
        """Send one request and wait for its result."""
        mark = object()
        self.start(request, lane, mark)
        while True:
            for tag, sent in self.poll(LONGEST_WAIT):
                if tag is mark:
                    return sent

    # the pump's side

    def start(self, request: PreparedRequest, lane: str, tag: object, *, fresh: bool = False) -> None:
        """Put a request in the air; its result comes out of `poll` under the same tag. Never raises.

        `fresh` opens a connection for it, whatever is kept alive: such an attempt cannot find it gone stale.
        """
        self.in_flight += 1
        easy = self._take(lane)
        easy.begin(request, tag, fresh=fresh)
        target = self._target(request.url or "")
        if isinstance(target, TargetRefusedError):
            self._finish(easy, Sent(failure=Failure("blocked_target", str(target))))
        else:
            self._dial(easy, target)

    def poll(self, timeout: float) -> list[tuple[object, Sent]]:
        """Move everything along for at most `timeout` seconds; return what ended, as (tag, result)."""
        if self._done:
            timeout = 0
        elif self._waiting:
            timeout = min(timeout, LOOKUP_STEP)
        self._turn(min(timeout, LONGEST_WAIT, self._until_timer()))
        if self._waiting:
            self._dial_waiting()
        self._collect()
        done, self._done = self._done, []
        self.in_flight -= len(done)
        return done

    def close(self) -> None:
        """Drop everything in the air and let go of every socket."""
        self._resolver.close()
        self._multi.close()  # tells the watch of every socket that it lets go
        self._sockets.close()
        self._bell.close()
        self._ringer.close()

    def _take(self, lane: str) -> Easy:
        idle = self._idle[lane]
        if not idle:
            return Easy(lane, self._limits, self._vet, self._connections)
        self._resting -= 1
        return idle.pop()

    def _target(self, url: str) -> Target | TargetRefusedError:
        """What `read_url` says of a URL; asked once for each. Addresses are judged for each attempt."""
        known = self._targets.get(url)
        if known is None:
            if len(self._targets) >= TARGETS_KEPT:
                self._targets.clear()
            try:
                known = read_url(url, self._rules)
            except TargetRefusedError as error:
                known = error
            self._targets[url] = known
        return known

    # name lookup

    def _dial(self, easy: Easy, target: Target) -> None:
        answer = self._resolver.ask(target)
        if answer is None:
            self._waiting.append((easy, target))
        elif isinstance(answer, TargetRefusedError):
            self._finish(easy, Sent(failure=Failure("blocked_target", str(answer))))
        elif isinstance(answer, Exception):
            self._finish(easy, Sent(failure=Failure("dns_failed", str(answer))))
        else:
            easy.aim(target, answer)
            self._multi.add_handle(easy.handle)

    def _dial_waiting(self) -> None:
        """Ask again for those whose name was not known yet: when a lookup ended, else now and then."""
        now = time.monotonic()
        if not self._rung and now < self._look_again:
            return
        self._rung, self._look_again = False, now + LOOKUP_STEP
        waiting, self._waiting = self._waiting, []
        for easy, target in waiting:
            if easy.elapsed() >= self._limits.total_timeout:
                self._finish(easy, Sent(failure=Failure("dns_failed", "The name server did not answer in time.")))
            else:
                self._dial(easy, target)

    def _ring(self) -> None:
        try:
            self._ringer.send(b"!")
        except OSError:
            return  # the adapter was closed while a lookup ran

    # libcurl's side

    def _vet(self, address: str) -> bool:
        return address_allowed(ip_address(address), self._rules)

    def _watch(self, what: int, descriptor: int, _multi: object, _data: object) -> None:
        if what == pycurl.POLL_REMOVE:
            self._sockets.forget(descriptor)
        else:
            self._sockets.watch(descriptor, what)

    def _set_timer(self, timeout_ms: int) -> None:
        self._timer = None if timeout_ms < 0 else time.monotonic() + timeout_ms / 1000

    def _until_timer(self) -> float:
        return LONGEST_WAIT if self._timer is None else max(0.0, self._timer - time.monotonic())

    def _turn(self, timeout: float) -> None:
        for descriptor, bits in self._sockets.ready(timeout):
            if descriptor == self._bell.fileno():
                self._bell.recv(4096)
                self._rung = True
            else:
                self._multi.socket_action(descriptor, bits)
        if self._timer is not None and self._timer <= time.monotonic():
            self._timer = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def _collect(self) -> None:
        while True:
            queued, succeeded, failed = self._multi.info_read()
            for handle in succeeded:
                self._multi.remove_handle(handle)
                self._finish(handle.easy, handle.easy.result(None))
            for handle, code, text in failed:
                self._multi.remove_handle(handle)
                if handle.easy.again():
                    self._multi.add_handle(handle)
                    continue
                self._finish(handle.easy, handle.easy.result(failure_of(handle, code, text)))
            if not queued:
                return

    def _finish(self, easy: Easy, sent: Sent) -> None:
        sent.timing.total_ms = round(easy.elapsed() * 1000)  # as its parts are: none may exceed the whole
        self._done.append((easy.tag, sent))
        if self._resting < IDLE_HANDLES:
            self._resting += 1
            self._idle[easy.lane].append(easy.rest())
