"""What is kept of a receiver's answer: its final status, and the start of its headers and of its body.

Fed by libcurl, a line or a chunk at a time. However much a receiver sends, this holds no more than its limits.
"""

from requests import PreparedRequest

from postbacks.masking import SPARE, repeated, start_of
from postbacks.message import PostbackRequest
from postbacks.wire import CurlResponse

READ_AT_MOST = 64 * 1024
HEADERS_KEPT = 16 * 1024
FINAL_STATUS = 200


class Answer:
    """One answer at a time."""

    def __init__(self, body_kept: int) -> None:
        self._body_kept = body_kept
        self.forget()

    def forget(self) -> None:
        """Make room for the next one."""
        self._status = 0
        self._lines: list[bytes] = []
        self._header_size = 0
        self._body: list[bytes] = []
        self._body_size = 0

    @property
    def final(self) -> bool:
        """Whether a final status line came; it stands, whatever happens to the rest."""
        return self._status >= FINAL_STATUS

    @property
    def enough(self) -> bool:
        """Whether so much came that nothing more is read."""
        return self._body_size > READ_AT_MOST

    def header(self, line: bytes) -> None:
        """A line of a head or of a trailer."""
        if line.startswith(b"HTTP/") and self._status < FINAL_STATUS:
            self._status = _status_of(line)
            self._lines = []
            self._header_size = 0
        elif (line := line.rstrip(b"\r\n")) and self._header_size < HEADERS_KEPT + SPARE:
            self._lines.append(line[: HEADERS_KEPT + SPARE])
            self._header_size += len(line) + 1

    def body(self, chunk: bytes) -> int:
        """A part of the body; answers how much of it was taken, 0 to hang up."""
        if self._body_size < self._body_kept + SPARE:
            self._body.append(chunk)
        self._body_size += len(chunk)
        return 0 if self.enough else len(chunk)

    def response(self, request: PreparedRequest) -> CurlResponse:
        """What came, as it may be stored: secrets of the request masked, cut to what is kept."""
        head, body = b"\n".join(self._lines), b"".join(self._body)
        if isinstance(request, PostbackRequest):
            texts = repeated(head + body, request.secrets, request.signed)
            head = start_of(head, HEADERS_KEPT, texts, cut=self._header_size >= HEADERS_KEPT + SPARE)
            body = start_of(body, self._body_kept, texts, cut=self._body_size >= self._body_kept + SPARE)
        return CurlResponse(request, self._status, head[:HEADERS_KEPT], body[: self._body_kept])


def _status_of(line: bytes) -> int:
    """The three digits of a status line; 0 where there is anything else."""
    status = line.split(None, 2)[1:2]
    return int(status[0]) if status and len(status[0]) == 3 and status[0].isdigit() else 0  # noqa: PLR2004
