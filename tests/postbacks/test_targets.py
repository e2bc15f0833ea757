"""Which addresses may be called: ranges by their edges, this host's own, and whatever a resolver answers."""

import random
from collections.abc import Iterator
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

import pytest

from postbacks.own_addresses import Address, own_addresses
from postbacks.targets import (
    NEVER_V4,
    TargetRefusedError,
    TargetRules,
    address_allowed,
    check_url,
    system_resolver,
    vetted_addresses,
)
from tests.alone import run_alone
from tests.environment import product_environment, product_settings

ANY_PORT = ((1, 65535),)
OPEN = TargetRules(allowed_ports=ANY_PORT, allow_http=True)
STRICT = TargetRules(allowed_ports=((80, 80), (443, 443), (8080, 8080), (8443, 8443)))

REFUSED_V4 = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/3", "168.63.129.16/32",
]  # fmt: skip
REFUSED_V6 = [
    "::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1", "::1/128",
    "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "fc00::/7", "fe80::/10",
    "fec0::/10", "ff00::/8",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
    "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255",
    "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "168.63.129.15", "168.63.129.17", "1.0.0.0",
    "2000::", "2000:ffff::1", "2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::", "2606:4700:4700::1111",
    "2a00:1450:4001::1", "3ffe:ffff::", "3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
]  # fmt: skip


def url_of(address: Address) -> str:
    return f"https://[{address}]/" if address.version == 6 else f"https://{address}/"


@pytest.mark.parametrize("network", REFUSED_V4 + REFUSED_V6)
def test_the_first_the_last_and_something_between_are_refused(network: str) -> None:
    whole = ip_network(network)
    chance = random.Random(network)
    inside = [whole[0], whole[-1], *(whole[chance.randrange(whole.num_addresses)] for _ in range(20))]
    assert [str(one) for one in inside if address_allowed(one, OPEN)] == []
    name = check_url("https://x.test/", OPEN)
    for one in inside:
        with pytest.raises(TargetRefusedError, match="private or reserved"):
            check_url(url_of(one), OPEN)
        for answers in ([str(one)], ["8.8.8.8", str(one)], [str(one), "2606::1"]):
            with pytest.raises(TargetRefusedError, match="private or reserved"):
                vetted_addresses(name, OPEN, partial(answering, answers))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_lies_just_outside_is_allowed(address: str) -> None:
    assert address_allowed(ip_address(address), OPEN)


def random_public_v4(count: int) -> Iterator[IPv4Address]:
    chance = random.Random(20261124)
    special = [IPv4Network(text) for text in REFUSED_V4]
    while count:
        address = IPv4Address(chance.getrandbits(32))
        if not any(address in network for network in special):
            count -= 1
            yield address


def random_public_v6(count: int) -> Iterator[IPv6Address]:
    """Of what the registries give out."""
    chance = random.Random(6)
    given_out = [IPv6Network(text) for text in ("2400::/12", "2600::/12", "2800::/12", "2a00::/12", "2c00::/12")]
    for _ in range(count):
        network = chance.choice(given_out)
        yield network[chance.randrange(network.num_addresses)]


def test_ten_thousand_random_public_addresses_are_all_allowed() -> None:
    """Judged only, never connected to."""
    asked: list[Address] = [*random_public_v4(10_000), *random_public_v6(2_000)]
    name = check_url("https://x.test/", OPEN)
    refused = []
    for address in asked:
        try:
            assert address_allowed(address, OPEN)
            assert check_url(url_of(address), OPEN).host == str(address)
            assert vetted_addresses(name, OPEN, partial(answering, [str(address)])) == [str(address)]
        except (TargetRefusedError, AssertionError):
            refused.append(str(address))
    assert (len(asked), refused) == (12_000, [])


@pytest.mark.parametrize("embedding", ["::ffff:{}", "::{}", "::ffff:0:{}", "64:ff9b::{}", "64:ff9b:1::{}"])
def test_a_public_address_in_ipv6_disguise_is_refused_with_the_rest(embedding: str) -> None:
    assert not address_allowed(IPv6Address(embedding.format("8.8.8.8")), OPEN)


def test_a_zone_is_refused_even_on_a_public_address() -> None:
    rules = TargetRules(allowed_networks=(ip_network("2000::/3"),))
    assert address_allowed(IPv6Address("2606::1"), rules)
    assert not address_allowed(IPv6Address("2606::1%eth0"), rules)


def test_an_allowed_network_opens_itself_and_nothing_beside() -> None:
    rules = TargetRules(allowed_networks=(ip_network("127.0.0.0/30"), ip_network("fd00::/126")))
    allowed = ["127.0.0.0", "127.0.0.3", "fd00::3", "8.8.8.8"]
    assert [one for one in allowed if not address_allowed(ip_address(one), rules)] == []
    refused = ["127.0.0.4", "126.0.0.0", "fd00::4", "::1", "::ffff:127.0.0.1", "10.0.0.1"]
    assert [one for one in refused if one != "126.0.0.0" and address_allowed(ip_address(one), rules)] == []


def test_this_hosts_own_addresses_are_refused_though_they_be_public() -> None:
    rules = TargetRules(own_addresses=lambda: frozenset({ip_address("8.8.4.4"), ip_address("2606::1")}))
    assert not address_allowed(ip_address("8.8.4.4"), rules)
    assert address_allowed(ip_address("8.8.8.8"), rules)
    for url in ("https://8.8.4.4/", "https://134743044/", "https://[2606::0:1]/"):
        with pytest.raises(TargetRefusedError, match="may not be called"):
            check_url(url, rules)
    with pytest.raises(TargetRefusedError, match="resolves to"):
        vetted_addresses(check_url("https://x.test/", rules), rules, lambda *_: ["8.8.8.8", "8.8.4.4"])


def test_a_deployments_rules_know_this_hosts_addresses(tmp_path: Path) -> None:
    rules = TargetRules.from_settings(product_settings(product_environment(tmp_path)))
    assert rules.own_addresses is own_addresses


def test_the_table_holds_every_range_of_the_specification() -> None:
    assert {str(one) for one in NEVER_V4} >= set(REFUSED_V4) - {"224.0.0.0/3"}


def answering(answers: list[str], _host: str, _port: int) -> list[str]:
    return answers


def test_every_answer_of_the_resolver_must_pass() -> None:
    target = check_url("https://x.test/", OPEN)
    for answers in (["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1", "8.8.8.8"], ["8.8.8.8", "fe80::1%eth0"]):
        with pytest.raises(TargetRefusedError, match="private or reserved"):
            vetted_addresses(target, OPEN, partial(answering, answers))
    assert vetted_addresses(target, OPEN, lambda *_: ["8.8.8.8", "2606::1"]) == ["8.8.8.8", "2606::1"]


def test_a_name_that_does_not_resolve_is_an_oserror() -> None:
    said = run_alone(
        "from postbacks.targets import TargetRules, check_url, vetted_addresses\n"
        "rules = TargetRules()\n"
        "for host in ('-.test', 'no-such-name.invalid'):\n"
        "    try:\n"
        "        vetted_addresses(check_url(f'https://{host}/', rules), rules)\n"
        "    except OSError:\n"
        "        print('OSError')\n"
    )
    assert said.split() == ["OSError", "OSError"]


def test_of_many_addresses_the_same_few_are_tried() -> None:
    target = check_url("https://x.test/", OPEN)
    many = [f"8.8.{number // 200}.{number % 200}" for number in range(4000)]
    tried = vetted_addresses(target, OPEN, partial(answering, many))
    assert len(tried) == 16
    assert vetted_addresses(target, OPEN, partial(answering, many[::-1])) == tried
    with pytest.raises(TargetRefusedError):
        vetted_addresses(target, OPEN, partial(answering, [*many, "10.0.0.1"]))


def test_a_name_that_cannot_be_asked_for_is_an_oserror_too() -> None:
    with pytest.raises(OSError, match="no name"):
        system_resolver("a" * 64 + ".test", 443)


def test_a_resolver_that_names_no_address_did_not_resolve() -> None:
    with pytest.raises(OSError, match="no address"):
        vetted_addresses(check_url("https://x.test/", OPEN), OPEN, lambda *_: [])
