"""This host's own addresses, as its kernel and its name tell them."""

import socket
import threading
from ipaddress import ip_address

import pytest

from postbacks import own_addresses
from postbacks.own_addresses import Address, OwnAddresses, interface_addresses, name_addresses
from tests.alone import run_alone

NEW = frozenset({ip_address("203.1.113.7")})

# Run where loopback is the only interface and carries a public address besides its own, the way a host with one does.
ON_A_HOST_WITH_A_PUBLIC_ADDRESS = """
import fcntl, socket, struct
from ipaddress import ip_address
from postbacks.easy import TransportLimits
from postbacks.message import PostbackRequest
from postbacks.own_addresses import OwnAddresses
from postbacks.targets import TargetRules
from postbacks.transport import CurlAdapter

own = OwnAddresses(refresh_seconds=0)
before = ip_address("203.1.113.7") in own()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    for request, value in (
        (0x8914, struct.pack("=H", 0x49)),  # SIOCSIFFLAGS: up
        (0x8916, struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton("203.1.113.7"))),  # SIOCSIFADDR
    ):
        fcntl.ioctl(any_socket, request, struct.pack("16s16s", b"lo", value))
canary = socket.create_server(("203.1.113.7", 0))
canary.settimeout(0.2)
port = canary.getsockname()[1]
rules = TargetRules(allowed_ports=((1, 65535),), allow_http=True, own_addresses=own)
codes = []
for answers in (["203.1.113.7"], ["8.8.8.8", "203.1.113.7"]):
    for host in ("203.1.113.7", "3405869319", "x.test"):
        wire = CurlAdapter(rules, TransportLimits(total_timeout=1), lambda *_: answers)
        codes.append(wire.send_one(PostbackRequest(f"http://{host}:{port}/", (), b"")).failure.code)
        wire.close()
try:
    canary.accept()
    reached = True
except TimeoutError:
    reached = False
print(before, sorted(set(codes)), reached)
"""


def test_a_public_address_on_an_interface_is_noticed_and_never_connected_to() -> None:
    assert run_alone(ON_A_HOST_WITH_A_PUBLIC_ADDRESS) == "False ['blocked_target'] False"


@pytest.mark.skipif(not hasattr(socket, "AF_NETLINK"), reason="only Linux tells its addresses")
def test_the_kernel_tells_every_address_that_a_socket_can_be_bound_to() -> None:
    told = set(interface_addresses())
    assert ip_address("127.0.0.1") in told
    for address in told - {one for one in told if one.is_link_local}:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))


def test_what_the_hosts_name_leads_to_counts_too() -> None:
    own = OwnAddresses()()
    try:
        named = set(name_addresses())
    except OSError:
        named = set()
    assert named <= own


def test_the_kernel_is_asked_anew_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def told() -> frozenset[Address]:
        asked.append(1)
        return NEW

    monkeypatch.setattr(own_addresses, "interface_addresses", told)
    monkeypatch.setattr(own_addresses, "name_addresses", frozenset)
    lasting, passing = OwnAddresses(refresh_seconds=60), OwnAddresses(refresh_seconds=0)
    for _ in range(3):
        assert lasting() == NEW
    assert len(asked) == 1
    for _ in range(3):
        assert passing() == NEW
    assert len(asked) == 4


def test_a_kernel_that_stops_telling_leaves_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "interface_addresses", lambda: NEW)
    own = OwnAddresses(refresh_seconds=0)
    assert own() >= NEW

    def silent() -> frozenset[Address]:
        raise OSError("no such kernel")

    monkeypatch.setattr(own_addresses, "interface_addresses", silent)
    assert own() >= NEW


def test_a_host_whose_name_hangs_is_not_waited_for_and_has_one_thread_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hangs() -> frozenset[Address]:
        released.wait(10)
        return NEW

    monkeypatch.setattr(own_addresses, "name_addresses", hangs)
    monkeypatch.setattr(own_addresses, "NAME_SECONDS", 0.05)
    own = OwnAddresses(refresh_seconds=0)
    assert not any(own() >= NEW for _ in range(5))
    mine = [one for one in threading.enumerate() if one.name == "own-name" and one.is_alive()]
    assert len(mine) <= 1
    released.set()
    for one in mine:
        one.join(5)
    assert own() >= NEW
