"""Which URLs and addresses may be called.

Two questions, asked at different times. `read_url` reads a URL: scheme, host, port, nothing smuggled in.
`address_allowed` judges one numeric address, of every answer of the resolver and again for every socket before it
connects, so that no spelling, resolver or rebinding can slip past what the text of the URL seemed to say.

Where a URL is saved, `check_url` asks what can be told without asking anybody else: nothing is resolved there, so
nobody learns from it what names inside lead to, and no name server holds a form up.

The table of special ranges is ours: the standard library's `is_global` lets NAT64, 6to4, multicast and the
unspecified forms of loopback through, and changes between patch releases.
"""

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Self
from urllib.parse import urlsplit

import idna

from config import Settings
from postbacks.own_addresses import Address, own_addresses

LONGEST_URL = 512
MOST_ADDRESSES = 16
"""How many addresses of one name are tried."""
DEFAULT_PORTS = {"http": 80, "https": 443}
LOCAL_NAME = re.compile(r"(.+\.)?localhost(\.localdomain)?\.?", re.IGNORECASE)
DOMAIN_NAME = re.compile(r"(?=.{1,254}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")

Network = IPv4Network | IPv6Network

NEVER_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
)  # fmt: skip
LOOPBACK: dict[int, Any] = {4: IPv4Network("127.0.0.0/8"), 6: IPv6Network("::1/128")}
ONLY_V6 = IPv6Network("2000::/3")
NEVER_V6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


class TargetRefusedError(Exception):
    """This target may not be called; the message is a sentence for the person who configured it."""


def _none() -> frozenset[Address]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class TargetRules:
    """What a deployment allows beyond public https on the usual ports."""

    allowed_networks: tuple[Network, ...] = ()
    allowed_ports: tuple[tuple[int, int], ...] = ((443, 443),)
    allow_http: bool = False
    own_addresses: Callable[[], frozenset[Address]] = _none
    """This host's addresses as they are now; refused though they be public."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        own_addresses()  # the first look may wait for a resolver; never later, when somebody waits for an answer
        return cls(settings.allowed_networks, settings.allowed_ports, settings.allow_http, own_addresses)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed `read_url`, taken apart. `host` is ASCII (IDNA-encoded), `url` the same URL in ASCII."""

    scheme: str
    host: str
    port: int
    url: str


def check_url(url: str, rules: TargetRules) -> Target:
    """Judge a URL by what it says. Raises TargetRefusedError with the reason; resolves nothing."""
    target = read_url(url, rules)
    literal = literal_of(target.host)
    if literal is not None:
        _judge(literal, rules)
    return target


def read_url(url: str, rules: TargetRules) -> Target:
    """Take a URL apart; where its host is an address, that one is not judged. Raises TargetRefusedError."""
    if len(url) > LONGEST_URL:
        raise TargetRefusedError(f"The URL is longer than {LONGEST_URL} characters.")
    if any(letter <= " " or letter in "\x7f\\" for letter in url):
        raise TargetRefusedError("The URL contains spaces, backslashes or control characters.")
    scheme, host, port = _parts(url)
    if scheme == "http" and not rules.allow_http:
        raise TargetRefusedError("Only https URLs may be called; plain http is switched off.")
    if not any(low <= port <= high for low, high in rules.allowed_ports):
        raise TargetRefusedError(f"Port {port} may not be called.")
    if LOCAL_NAME.fullmatch(host) and not _opens_loopback(rules):
        raise TargetRefusedError(f"The host {host} is this machine and may not be called.")
    literal = literal_of(host)
    # libcurl spells a numeric host its own way; in any other spelling it would miss what is pinned for it
    host = host if literal is None else str(literal)
    return Target(scheme, host, port, _ascii_url(url, host))


def _parts(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise TargetRefusedError("The URL cannot be read.") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise TargetRefusedError("The URL must begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise TargetRefusedError("The URL must not contain a user name or password; use basic auth instead.")
    if parts.fragment or url.endswith("#"):
        raise TargetRefusedError("The URL must not contain a fragment (#).")
    if not host:
        raise TargetRefusedError("The URL has no host.")
    return parts.scheme, _ascii_host(host), DEFAULT_PORTS[parts.scheme] if port is None else port


def _ascii_host(host: str) -> str:
    if ":" in host:
        if literal_of(host) is None:
            raise TargetRefusedError("The URL's host is not a valid address.")
        return host
    try:
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise TargetRefusedError("The URL's host is not a valid domain name.") from error
    if not DOMAIN_NAME.fullmatch(ascii_host):
        raise TargetRefusedError("The URL's host is not a valid domain name.")
    return ascii_host


def _ascii_url(url: str, host: str) -> str:
    """The URL with its host in ASCII and everything else outside ASCII percent-encoded as UTF-8."""
    parts = urlsplit(url)
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if parts.port is None else f"{shown}:{parts.port}"
    whole = parts._replace(netloc=netloc).geturl()
    try:
        return "".join(c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in whole)
    except UnicodeEncodeError as error:
        raise TargetRefusedError("The URL contains characters that cannot be sent.") from error


def literal_of(host: str) -> Address | None:
    """The address that a host spells, in any spelling a resolver takes (127.1, 0x7f000001, 017700000001)."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host.removesuffix(".")))
    except OSError:
        return None


def _judge(literal: Address, rules: TargetRules) -> None:
    if not address_allowed(literal, rules):
        raise TargetRefusedError(f"The address {literal} is private or reserved and may not be called.")


def _opens_loopback(rules: TargetRules) -> bool:
    return any(network.overlaps(LOOPBACK[network.version]) for network in rules.allowed_networks)


def address_allowed(address: Address, rules: TargetRules) -> bool:
    """Whether a socket may be opened to this address."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    if any(address in network for network in rules.allowed_networks if network.version == address.version):
        return True
    if address in rules.own_addresses():
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NEVER_V4)
    return address in ONLY_V6 and not any(address in network for network in NEVER_V6)


Resolver = Callable[[str, int], Iterable[str]]


def system_resolver(host: str, port: int) -> list[str]:
    """Every address the system's resolver names for a host, in its order. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except UnicodeError as error:
        raise OSError(f"{host} is no name that could be asked for: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def vetted_addresses(target: Target, rules: TargetRules, resolver: Resolver = system_resolver) -> Sequence[str]:
    """Resolve a target once, if it is a name; every answer must pass, a mixed answer is refused whole.

    Raises TargetRefusedError for a forbidden address, OSError where the name does not resolve.
    """
    literal = literal_of(target.host)
    if literal is not None:
        _judge(literal, rules)
        return (target.host,)
    addresses = list(resolver(target.host, target.port))
    if not addresses:
        raise OSError(f"{target.host} has no address")
    for text in addresses:
        if not address_allowed(ip_address(text), rules):
            raise TargetRefusedError(f"{target.host} resolves to {text}, which is private or reserved.")
    # Who answers with thousands must not make each attempt sort them; the same few are chosen every time.
    return addresses if len(addresses) <= MOST_ADDRESSES else sorted(addresses)[:MOST_ADDRESSES]
