"""A request on its way in: which of the bytes received so far make it whole, and how long the rest may take.

What is decided here is only when a thread is taken. The server's own parser judges the bytes. Where it does not read
exactly those that were taken for the request, the connection is closed: see `Connection.spent`.
"""

import re

HEAD_SECONDS = 10.0
"""For the head in all, and the most that the body may stand still by then."""
LEAST_RATE = 10_000
"""Bytes a second, at which a body has to go on coming."""
LARGEST_HEAD = 1024 * 1024
"""More than the parser takes."""
LARGEST_BODY = 17 * 1024 * 1024
"""A little more than any address takes: what says that it is larger is refused without having been read."""

END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*0*(\d+)[ \t]*(?=\r\n)", re.IGNORECASE)
LONGEST_LENGTH = 18
"""Digits, noughts before them aside; a longer one is of a body larger than any."""
CHUNKED = b"\r\ntransfer-encoding:"
EXPECTING = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
SIZE_LINE = 8 * 1024
"""More than the parser takes of a line with a chunk's size."""
LARGEST_TRAILERS = 64 * 1024


class Arrival:
    """The bytes of one request, and of what its client sent after it."""

    def __init__(self, received: bytes, now: float) -> None:
        self.bytes = bytearray(received)
        self.end: int | None = None
        """Where the request ends, as soon as it is whole or beyond being completed."""
        self.continues = False
        """Whether the client waits to be told that it may send the body; whoever tells it puts this back."""
        self._began = now
        self._head: int | None = None
        self._length = 0
        self._chunked = False
        self._looked = 0
        self._seek()

    def add(self, received: bytes, now: float) -> None:
        self.bytes += received
        in_head = self._head is None
        self._seek()
        if in_head and self._head is not None:
            self._began = now

    def finish(self) -> None:
        """The client sends no more."""
        self.end = len(self.bytes)

    def overdue(self, now: float) -> bool:
        body = 0 if self._head is None else len(self.bytes) - self._head
        return now > self._began + HEAD_SECONDS + body / LEAST_RATE

    def _seek(self) -> None:
        if self._head is None:
            self._seek_head()
        if self._head is not None and self.end is None:
            self._seek_end(self._head)

    def _seek_head(self) -> None:
        found = self.bytes.find(END, self._looked)
        self._looked = max(0, len(self.bytes) - len(END) + 1)
        if found >= 0:
            self._head = self._looked = found + len(END)
            self._prepare(self._head)
        elif len(self.bytes) > LARGEST_HEAD:
            self.finish()

    def _prepare(self, head_end: int) -> None:
        """Read from the head how the body's end is known."""
        head = bytes(self.bytes[:head_end])
        folded = head.lower()
        length = LENGTH.search(head) if b"\r\ncontent-length:" in folded else None
        if length is not None:
            self._length = int(length[1]) if len(length[1]) <= LONGEST_LENGTH else LARGEST_BODY + 1
        self._chunked = length is None and CHUNKED in folded
        if b"\r\nexpect:" in folded and (self._chunked or self._length):
            # Taken out, for the server would tell the client a second time, and even where it refuses the body.
            told = EXPECTING.sub(b"", head)
            self.bytes[:head_end] = told
            self._head = self._looked = len(told)
            line = head.lstrip(b"\r\n").partition(b"\r\n")[0]
            self.continues = len(told) < head_end and self._length <= LARGEST_BODY and not line.endswith(b" HTTP/1.0")

    def _seek_end(self, head_end: int) -> None:
        if self._chunked:
            self._walk_chunks()
            if len(self.bytes) - head_end > LARGEST_BODY:
                self.finish()
        elif self._length > LARGEST_BODY:
            self.end = head_end
        elif len(self.bytes) >= head_end + self._length:
            self.end = head_end + self._length

    def _walk_chunks(self) -> None:
        """Go from chunk to chunk as far as they are there; `_looked` is where the next one begins."""
        while self.end is None and (line := self.bytes.find(b"\r\n", self._looked)) >= 0:
            size = _chunk_size(bytes(self.bytes[self._looked : line]))
            if size is None:
                self.finish()
            elif size == 0:
                # Trailers, if any, lie between this line and an empty one.
                last = self.bytes.find(END, line)
                if last >= 0:
                    self.end = last + len(END)
                elif len(self.bytes) - line > LARGEST_TRAILERS:
                    self.finish()
                return
            elif line + 2 + size + 2 > len(self.bytes):
                return
            else:
                self._looked = line + 2 + size + 2
        if self.end is None and len(self.bytes) - self._looked > SIZE_LINE:
            self.finish()


def _chunk_size(line: bytes) -> int | None:
    """None where the line is none of a chunk."""
    digits = line.partition(b";")[0].strip(b" \t")
    return int(digits, 16) if re.fullmatch(rb"0*[0-9a-fA-F]{1,16}", digits) else None
