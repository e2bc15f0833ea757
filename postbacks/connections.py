"""Connections that are kept alive: known by their two ends, and looked at once more before they are used again.

libcurl takes a kept connection as it is when it was used within the last second. Bytes that a receiver sent beyond
its answer would then be read as the answer to the next request, and one that was hung up would cost an attempt. So
every kept connection is looked at in the moment before a request goes out: it must be open, with nothing to read.
"""

import contextlib
import select
import socket
from collections.abc import Iterable

Ends = tuple[str, str, int, int]
"""Address there, address here, port there, port here; as libcurl names them."""


class Connections:
    """The open connections of one adapter."""

    def __init__(self, most: int) -> None:
        """Remember at most so many; a connection that was forgotten counts as not quiet."""
        self._most = most
        self._looks: dict[Ends, select.poll] = {}

    def opened(self, ends: Ends, descriptors: Iterable[int]) -> None:
        """Remember a new connection; it came by one of these descriptors, the others may be closed by now."""
        if len(self._looks) >= self._most:  # libcurl does not tell which of them it has closed
            self._looks.clear()
        for descriptor in descriptors:
            if _port_of(descriptor) == ends[3]:
                look = self._looks[ends] = select.poll()
                look.register(descriptor, select.POLLIN)

    def quiet(self, ends: Ends) -> bool:
        """Whether this connection is open and has nothing to read."""
        look = self._looks.get(ends)
        if look is not None and not look.poll(0):
            return True
        self._looks.pop(ends, None)
        return False


def _port_of(descriptor: int) -> int | None:
    with contextlib.suppress(OSError):
        borrowed = socket.socket(fileno=descriptor)
        try:
            return int(borrowed.getsockname()[1])
        finally:
            borrowed.detach()
    return None
