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
from postbacks.message import PostbackRequest
from postbacks.targets import Target
from postbacks.wire import CurlResponse, Failure, Sent, Timing

READ_AT_MOST = 64 * 1024
HEADERS_KEPT = 16 * 1024
FINAL_STATUS = 200


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

    def __init__(self, lane: str, limits: TransportLimits, vet: Callable[[str], bool]) -> None:
        self.lane = lane
        self._limits = limits
        self._vet = vet
        self._aim: tuple[str, tuple[str, ...]] | None = None
        self._url: str | None = None
        self._on_fresh = False
        self.handle = pycurl.Curl()
        self.handle.easy = self
        self._set_up()

    def begin(self, request: PreparedRequest, tag: object, *, fresh: bool = False) -> None:
        """Load a request, to go on a fresh connection or on any of the lane's; the clock starts here."""
        if fresh != self._on_fresh:
            self._on_fresh = fresh
            self.handle.setopt(pycurl.FRESH_CONNECT, int(fresh))
        self.tag = tag
        self._request = request
        self._began = time.monotonic()
        self._unread = _bytes_of(request.body)
        self.asked_for_body = False
        self._status = 0
        self._lines: list[bytes] = []
        self._header_size = 0
        self._body: list[bytes] = []
        self._body_size = 0
        self.blocked: str | None = None

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
        left = max(1, int((self._limits.total_timeout - self.elapsed()) * 1000))
        handle.setopt(pycurl.TIMEOUT_MS, left)

    def result(self, failure: Failure | None) -> Sent:
        """What came of it. A final status line stands, whatever happened to the rest of the answer."""
        sent = Sent(timing=self._timing(), peer=self._peer())
        if self._status >= FINAL_STATUS:
            body = b"".join(self._body)[: self._limits.response_kept_bytes]
            sent.response = CurlResponse(self._request, self._status, self._lines, body)
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
        self._body = []
        self._lines = []
        return self

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
            (pycurl.READFUNCTION, self._read),
            (pycurl.HEADERFUNCTION, self._header),
            (pycurl.WRITEFUNCTION, self._write),
        ):
            handle.setopt(option, value)

    def _open(self, _purpose: int, address: tuple[int, int, int, tuple[str | bytes, int]]) -> "socket.socket | int":
        family, kind, protocol, where = address
        host = where[0].decode() if isinstance(where[0], bytes) else where[0]
        if not self._vet(host):
            self.blocked = host
            return int(pycurl.SOCKET_BAD)
        return _Handed(family, kind, protocol)

    def _read(self, size: int) -> bytes:
        self.asked_for_body = True
        part, self._unread = self._unread[:size], self._unread[size:]
        return part

    def _header(self, line: bytes) -> None:
        if line.startswith(b"HTTP/") and self._status < FINAL_STATUS:
            self._status = _status_of(line)
            self._lines = []
            self._header_size = 0
        elif (line := line.rstrip(b"\r\n")) and self._header_size < HEADERS_KEPT:
            self._lines.append(line[: HEADERS_KEPT - self._header_size])
            self._header_size += len(line)

    def _write(self, chunk: bytes) -> int:
        self._body_size += len(chunk)
        self._body.append(chunk)
        return len(chunk) if self._body_size <= READ_AT_MOST else 0

    def _timing(self) -> Timing:
        info = self.handle.getinfo
        return Timing(
            connect_ms=_ms(info(pycurl.CONNECT_TIME)) if info(pycurl.NUM_CONNECTS) else None,
            tls_ms=_ms(info(pycurl.APPCONNECT_TIME)) if info(pycurl.NUM_CONNECTS) else None,
            first_byte_ms=_ms(info(pycurl.STARTTRANSFER_TIME)),
        )

    def _peer(self) -> str | None:
        address = self.handle.getinfo(pycurl.PRIMARY_IP)
        return f"{address} port {self.handle.getinfo(pycurl.PRIMARY_PORT)}" if address else None


def _ms(seconds: float) -> int | None:
    return round(seconds * 1000) if seconds > 0 else None


def _status_of(line: bytes) -> int:
    """The three digits of a status line; 0 where there is anything else."""
    status = line.split(None, 2)[1:2]
    return int(status[0]) if status and len(status[0]) == 3 and status[0].isdigit() else 0  # noqa: PLR2004


def _lines_of(request: PreparedRequest) -> Iterable[str]:
    if isinstance(request, PostbackRequest):
        return request.header_lines
    return (f"{name}: {value}" for name, value in request.headers.items())


def _bytes_of(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return str(body or "").encode()
