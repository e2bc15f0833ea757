"""What goes over the wire and what comes back, as values: no socket, no libcurl in here."""

from dataclasses import dataclass, field

from requests import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict


@dataclass(slots=True, frozen=True)
class Failure:
    """Why no answer was had: a stable code, and what the network said about it."""

    code: str
    detail: str = ""


@dataclass(slots=True)
class Timing:
    """Milliseconds since the start of the attempt; None for a stage that did not happen."""

    connect_ms: int | None = None
    tls_ms: int | None = None
    first_byte_ms: int | None = None
    total_ms: int = 0


class CurlResponse(Response):
    """requests' Response, made from what libcurl collected. The costly parts of the original are left out."""

    def __init__(self, request: PreparedRequest, status: int, head: bytes, body: bytes) -> None:
        self.request = request
        self.url = request.url or ""
        self.status_code = status
        self.reason = ""
        self.head = head
        self._content = body
        self._content_consumed = True
        self._next = None
        self.encoding = None
        self.history = []
        self.raw = None

    @property
    def header_text(self) -> str:
        """The headers as received, one a line, decoded without loss."""
        return self.head.decode("latin-1")

    @property
    def headers(self) -> CaseInsensitiveDict[str]:  # type: ignore[override]
        pairs = (line.partition(":") for line in self.header_text.split("\n"))
        return CaseInsensitiveDict((name.strip(), value.strip()) for name, _, value in pairs)


@dataclass(slots=True)
class Sent:
    """The result of one attempt: an answer or a failure, never an exception."""

    response: CurlResponse | None = None
    failure: Failure | None = None
    timing: Timing = field(default_factory=Timing)
    peer: str | None = None
    unfinished: str | None = None
    """The code of what happened to the rest of an answer whose status line stands."""
    stale: bool = False
    """A kept-alive connection died under the request before any answer: whether it arrived is unknown."""
