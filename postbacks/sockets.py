"""Watching sockets in libcurl's own terms: descriptors in, descriptors and what they are ready for out.

libcurl takes its sockets up and lays them down with every transfer, so on Linux epoll is spoken to directly; the
standard library's selectors spend several times as long on the same two calls.
"""

import select
import selectors
from collections.abc import Iterator
from typing import Protocol

import pycurl


class Sockets(Protocol):
    """A set of descriptors that are waited for."""

    def watch(self, descriptor: int, what: int) -> None:
        """Wait for this descriptor from now on; `what` is libcurl's POLL_IN, POLL_OUT or POLL_INOUT."""

    def forget(self, descriptor: int) -> None:
        """Wait for it no more; nothing happens where it is unknown or closed."""

    def ready(self, seconds: float) -> Iterator[tuple[int, int]]:
        """Descriptors that are ready within so many seconds, with libcurl's CSELECT bits."""

    def close(self) -> None: ...


class EpollSockets:
    """Linux."""

    _EVENTS = {  # noqa: RUF012 - a table
        pycurl.POLL_IN: select.EPOLLIN,
        pycurl.POLL_OUT: select.EPOLLOUT,
        pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT,
    }

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._known: set[int] = set()

    def watch(self, descriptor: int, what: int) -> None:
        events = self._EVENTS[what]
        if descriptor in self._known:
            try:
                self._epoll.modify(descriptor, events)
            except FileNotFoundError:  # closed and opened anew under the same number: the kernel forgot the old one
                self._epoll.register(descriptor, events)
        else:
            self._known.add(descriptor)
            self._epoll.register(descriptor, events)

    def forget(self, descriptor: int) -> None:
        if descriptor in self._known:
            self._known.discard(descriptor)
            try:
                self._epoll.unregister(descriptor)
            except (OSError, ValueError):
                return  # libcurl has closed it already, and the kernel forgot it by itself

    def ready(self, seconds: float) -> Iterator[tuple[int, int]]:
        for descriptor, events in self._epoll.poll(seconds):
            bits = pycurl.CSELECT_IN if events & ~select.EPOLLOUT else 0
            yield descriptor, bits | (pycurl.CSELECT_OUT if events & select.EPOLLOUT else 0)

    def close(self) -> None:
        self._epoll.close()


class SelectorSockets:
    """Everywhere else."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def watch(self, descriptor: int, what: int) -> None:
        events = selectors.EVENT_READ if what & pycurl.POLL_IN else 0
        events |= selectors.EVENT_WRITE if what & pycurl.POLL_OUT else 0
        if descriptor in self._selector.get_map():
            self._selector.modify(descriptor, events)
        else:
            self._selector.register(descriptor, events)

    def forget(self, descriptor: int) -> None:
        if descriptor in self._selector.get_map():
            self._selector.unregister(descriptor)

    def ready(self, seconds: float) -> Iterator[tuple[int, int]]:
        for key, events in self._selector.select(seconds):
            bits = pycurl.CSELECT_IN if events & selectors.EVENT_READ else 0
            yield key.fd, bits | (pycurl.CSELECT_OUT if events & selectors.EVENT_WRITE else 0)

    def close(self) -> None:
        self._selector.close()


def sockets() -> Sockets:
    """The quickest that this system has."""
    return EpollSockets() if hasattr(select, "epoll") else SelectorSockets()
