"""One libcurl handle: set up once for its lane, then aimed and loaded for each attempt."""

import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import certifi
import pycurl
from requests import PreparedRequest

from config import Settings
from postbacks.answer import Answer
from postbacks.connections import Connections, Ends
from postbacks.message import PostbackRequest
from postbacks.targets import Target
from postbacks.wire import Failure, Sent, Timing


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Seconds and bytes that bound every attempt."""

    connect_timeout: float = 5.0
    total_timeout: float = 15.0
    response_kept_bytes: int = 16 * 1024
    connections: int = 1000
    ca_bundle: Path | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(
            connect_timeout=settings.connect_timeout,
            total_timeout=settings.total_timeout,
            response_kept_bytes=settings.response_kept_bytes,
            ca_bundle=settings.ca_bundle,
        )


class _Handed(socket.socket):
    """A socket that libcurl takes a duplicate of; ours is closed as soon as nobody holds it."""

    def __del__(self) -> None:
        self.close()


class Easy:
    """A transfer that can be used again; knows libcurl's options, nothing of deliveries."""

    def __init__(
        self, lane: str, limits: TransportLimits, vet: Callable[[str], bool], connections: Connections
    ) -> None:
        self.lane = lane
        self._limits = limits
        self._vet = vet
        self._connections = connections
        self._answer = Answer(limits.response_kept_bytes)
        self._aim: tuple[str, tuple[str, ...]] | None = None
        self._url: str | None = None
        self._on_fresh = False
        self.handle = pycurl.Curl()
        self.handle.easy = self
        self._set_up()

    def begin(self, request: PreparedRequest, tag: object, *, fresh: bool = False) -> None:
        """Load a request, to go on a fresh connection or on any of the lane's; the clock starts here."""
        if fresh != self._on_fresh:
            self._go_on(fresh=fresh)
        self.tag = tag
        self._request = request
        self._began = time.monotonic()
        self._unread = _bytes_of(request.body)
        self.asked_for_body = False
        self.blocked: str | None = None
        self._opened: list[int] = []
        self._kept = False
        self._left_behind = False
        self._peer: str | None = None

    def elapsed(self) -> float:
        """Seconds since `begin`."""
        return time.monotonic() - self._began

    def aim(self, target: Target, addresses: Sequence[str]) -> None:
        """Pin the vetted addresses under the lane's own name, and set what changes with each request."""
        handle = self.handle
        aim = (f"{target.host}:{target.port}", tuple(sorted(addresses)))  # resolvers shuffle; that is no new aim
        if aim != self._aim:
            self._aim = aim
            # One name per lane and set of addresses: libcurl shares connections by this name, and only by it.
            name = f"lane-{self.lane}-{abs(hash(aim)):x}"
            host = f"[{target.host}]" if ":" in target.host else target.host
            pinned = ",".join(f"[{one}]" if ":" in one else one for one in addresses)
            handle.setopt(pycurl.CONNECT_TO, [f"{host}:{target.port}:{name}:{target.port}"])
            handle.setopt(pycurl.RESOLVE, [f"{name}:{target.port}:{pinned}"])
        if target.url != self._url:
            self._url = target.url
            handle.setopt(pycurl.URL, target.url)
        handle.setopt(pycurl.HTTPHEADER, [*_lines_of(self._request), "Accept:", "Expect:"])
        handle.setopt(pycurl.POSTFIELDSIZE, len(self._unread))
        self._set_deadline()

    def again(self) -> bool:
        """Whether the kept connection was not fit to be used and nothing was sent; it then goes on a fresh one."""
        if not self._left_behind:
            return False
        self._left_behind = False
        self._go_on(fresh=True)
        self._set_deadline()
        return True

    def result(self, failure: Failure | None) -> Sent:
        """What came of it. A final status line stands, whatever happened to the rest of the answer."""
        sent = Sent(timing=self._timing(), peer=self._peer or self._tried())
        if self._answer.final:
            sent.response = self._answer.response(self._request)
            if failure is not None and not self._answer.enough:
                sent.unfinished = failure.code
        elif self.blocked is not None:
            sent.failure = Failure("blocked_target", f"{self.blocked} is private or reserved.")
        else:
            sent.failure = failure or Failure("bad_response", "The answer had no status line.")
            sent.stale = failure is not None and failure.code == "stale_connection"
        return sent

    def rest(self) -> "Easy":
        """Let go of the request; the handle keeps its options and may serve again."""
        self.tag = None
        self._unread = b""
        self._answer.forget()
        return self

    def _go_on(self, *, fresh: bool) -> None:
        self._on_fresh = fresh
        self.handle.setopt(pycurl.FRESH_CONNECT, int(fresh))

    def _set_deadline(self) -> None:
        left = max(1, int((self._limits.total_timeout - self.elapsed()) * 1000))
        self.handle.setopt(pycurl.TIMEOUT_MS, left)

    def _set_up(self) -> None:
        handle, limits = self.handle, self._limits
        for option, value in (
            (pycurl.POST, 1),
            (pycurl.NOSIGNAL, 1),
            (pycurl.NOPROGRESS, 1),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PROXY, ""),
            (pycurl.NOPROXY, "*"),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2),
            (pycurl.SSL_VERIFYPEER, 1),
            (pycurl.SSL_VERIFYHOST, 2),
            (pycurl.CAINFO, str(limits.ca_bundle or certifi.where())),
            (pycurl.CONNECTTIMEOUT_MS, int(limits.connect_timeout * 1000)),
            (pycurl.TCP_NODELAY, 1),
            (pycurl.DNS_CACHE_TIMEOUT, -1),
            (pycurl.OPENSOCKETFUNCTION, self._open),
            (pycurl.SOCKOPTFUNCTION, self._new_descriptor),
            (pycurl.PREREQFUNCTION, self._about_to_send),
            (pycurl.READFUNCTION, self._read),
            (pycurl.HEADERFUNCTION, self._answer.header),
            (pycurl.WRITEFUNCTION, self._answer.body),
        ):
            handle.setopt(option, value)

    def _open(self, _purpose: int, address: tuple[int, int, int, tuple[str | bytes, int]]) -> "socket.socket | int":
        family, kind, protocol, where = address
        host = where[0].decode() if isinstance(where[0], bytes) else where[0]
        if not self._vet(host):
            self.blocked = host
            return int(pycurl.SOCKET_BAD)
        return _Handed(family, kind, protocol)

    def _new_descriptor(self, descriptor: int, _purpose: int) -> int:
        self._opened.append(descriptor)
        return int(pycurl.SOCKOPT_OK)

    def _about_to_send(self, *ends: *Ends) -> int:
        """The last moment before the request goes out, on a connection that is new or was kept alive."""
        self._peer = f"{ends[0]} port {ends[2]}"
        if self._opened:
            self._connections.opened(ends, self._opened)
            return int(pycurl.PREREQFUNC_OK)
        self._kept = self._connections.quiet(ends)
        self._left_behind = not self._kept
        return int(pycurl.PREREQFUNC_OK if self._kept else pycurl.PREREQFUNC_ABORT)

    def _read(self, size: int) -> bytes:
        self.asked_for_body = True
        part, self._unread = self._unread[:size], self._unread[size:]
        return part

    def _timing(self) -> Timing:
        info = self.handle.getinfo
        return Timing(
            connect_ms=None if self._kept else _ms(info(pycurl.CONNECT_TIME)),
            tls_ms=None if self._kept else _ms(info(pycurl.APPCONNECT_TIME)),
            first_byte_ms=_ms(info(pycurl.STARTTRANSFER_TIME)),
        )

    def _tried(self) -> str | None:
        address = self.handle.getinfo(pycurl.PRIMARY_IP)
        return f"{address} port {self.handle.getinfo(pycurl.PRIMARY_PORT)}" if address else None


def _ms(seconds: float) -> int | None:
    return round(seconds * 1000) if seconds > 0 else None


def _lines_of(request: PreparedRequest) -> Iterable[str]:
    if isinstance(request, PostbackRequest):
        return request.header_lines
    return (f"{name}: {value}" for name, value in request.headers.items())


def _bytes_of(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return str(body or "").encode()
