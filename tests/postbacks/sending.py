"""Sending single requests in tests: an adapter with its rules, and plain requests for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

from postbacks.easy import TransportLimits
from postbacks.message import PostbackRequest
from postbacks.targets import Resolver, TargetRules, system_resolver
from postbacks.transport import CurlAdapter
from postbacks.wire import Sent

ANY_PORT = ((1, 65535),)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
HOME = TargetRules(allowed_networks=LOOPBACK, allowed_ports=ANY_PORT, allow_http=True)
ABROAD = TargetRules(allowed_ports=ANY_PORT, allow_http=True)
"""What a deployment allows that lets nobody call this machine."""
LIMITS = TransportLimits(connect_timeout=0.7, total_timeout=1.0)
UNHURRIED = TransportLimits(connect_timeout=5.0, total_timeout=15.0)
"""For what is about order and number, not about time: hundreds of connections in one process may take a while."""
BODY = b"type=CREATE&resource=contact&number_of_attempts=1&data=%7B%7D"


@contextmanager
def adapter(
    rules: TargetRules = HOME, limits: TransportLimits = LIMITS, resolver: Resolver = system_resolver
) -> Iterator[CurlAdapter]:
    made = CurlAdapter(rules, limits, resolver)
    try:
        yield made
    finally:
        made.close()


def a_post(url: str, body: bytes = BODY, *lines: str) -> PostbackRequest:
    fixed = ("Content-Type: application/x-www-form-urlencoded", "User-Agent: Postbacks/0")
    return PostbackRequest(url, (*fixed, *lines), body)


def all_of(wire: CurlAdapter, count: int, within: float = 30.0) -> dict[object, Sent]:
    """That many results, by tag."""
    results: dict[object, Sent] = {}
    deadline = time.monotonic() + within
    while len(results) < count:
        assert time.monotonic() < deadline, f"{len(results)} of {count} ended within {within} s"
        results.update(wire.poll(0.05))
    return results


def code_of(sent: Sent) -> str | None:
    """The failure's code; None where there was an answer."""
    return sent.failure.code if sent.failure else None
