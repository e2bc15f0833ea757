"""This host's own addresses: a public one among them is no target either.

On Linux the kernel names every address that is bound to an interface; what the host's own name leads to counts
everywhere. Both are looked at anew now and then, so that a process that runs for weeks notices a new address.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

REFRESH_SECONDS = 15.0
NAME_SECONDS = 2.0
"""How long the first look waits for the host's name; later ones take what comes back in its own time."""

# rtnetlink(7): struct nlmsghdr, then struct ifaddrmsg, then attributes, each padded to four bytes.
HEADER = struct.Struct("=IHHII")
MESSAGE_SIZE = 8
ATTRIBUTE = struct.Struct("=HH")
GET_ADDRESSES, DUMP = 22, 0x301
ERROR, DONE = 2, 3
ADDRESS, LOCAL = 1, 2
KERNEL_SECONDS = 1.0


class OwnAddresses:
    """Called, it answers the addresses as they were at most so many seconds ago."""

    def __init__(self, refresh_seconds: float = REFRESH_SECONDS) -> None:
        self._refresh_seconds = refresh_seconds
        self._stale_at = 0.0
        self._lock = threading.Lock()
        self._found: frozenset[Address] = frozenset()
        self._bound: frozenset[Address] = frozenset()
        self._named: frozenset[Address] = frozenset()
        self._asking: threading.Thread | None = None

    def __call__(self) -> frozenset[Address]:
        if time.monotonic() >= self._stale_at:
            with self._lock:
                if time.monotonic() >= self._stale_at:
                    self._look()
        return self._found

    def _look(self) -> None:
        first = self._asking is None
        with suppress(OSError, ValueError, struct.error):  # another kernel: what is known stays
            self._bound = frozenset(interface_addresses())
        if self._asking is None or not self._asking.is_alive():
            self._asking = threading.Thread(target=self._ask_for_name, name="own-name", daemon=True)
            self._asking.start()
        if first:
            self._asking.join(NAME_SECONDS)
        self._found = self._bound | self._named
        self._stale_at = time.monotonic() + self._refresh_seconds

    def _ask_for_name(self) -> None:
        with suppress(OSError, ValueError):
            self._named = frozenset(name_addresses())


def interface_addresses() -> Iterator[Address]:
    """Every address that the kernel has bound to an interface. Raises OSError where there is no such kernel."""
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        raise OSError("this system has no netlink")
    with socket.socket(family, socket.SOCK_RAW, 0) as kernel:
        kernel.settimeout(KERNEL_SECONDS)
        kernel.bind((0, 0))
        kernel.send(HEADER.pack(HEADER.size + MESSAGE_SIZE, GET_ADDRESSES, DUMP, 1, 0) + bytes(MESSAGE_SIZE))
        while True:
            kind, addresses = _read(kernel.recv(65536))
            yield from addresses
            if kind == ERROR:
                raise OSError("the kernel does not tell its addresses")
            if kind == DONE:
                return


def _read(datagram: bytes) -> tuple[int, list[Address]]:
    """The kind of a datagram's last message, and the addresses in it."""
    kind, found = DONE, []
    while len(datagram) >= HEADER.size:
        length, kind, _, _, _ = HEADER.unpack_from(datagram)
        if kind in {ERROR, DONE}:
            break
        attributes = dict(_attributes(datagram[HEADER.size + MESSAGE_SIZE : length]))
        packed = attributes.get(LOCAL) or attributes.get(ADDRESS)  # of a pair of peers, LOCAL is ours
        if packed:
            found.append(ip_address(packed))
        datagram = datagram[max(_padded(length), HEADER.size) :]
    return kind, found


def _attributes(rest: bytes) -> Iterator[tuple[int, bytes]]:
    while len(rest) >= ATTRIBUTE.size:
        length, kind = ATTRIBUTE.unpack_from(rest)
        yield kind, rest[ATTRIBUTE.size : length]
        rest = rest[max(_padded(length), ATTRIBUTE.size) :]


def _padded(length: int) -> int:
    return (length + 3) & ~3


def name_addresses() -> Iterator[Address]:
    """What the host's own name resolves to. Raises OSError; may take as long as the resolver does."""
    for entry in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM):
        yield ip_address(str(entry[4][0]).partition("%")[0])


own_addresses: Callable[[], frozenset[Address]] = OwnAddresses()
"""This process's view of them."""
