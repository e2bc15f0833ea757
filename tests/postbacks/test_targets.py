# ruff: noqa: RUF001 - letters and digits that look alike are the point here
"""Which URLs and addresses may be called: ranges by their edges, and every spelling we know of."""

import random
from collections.abc import Sequence
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest

from postbacks.own_addresses import own_addresses
from postbacks.targets import (
    NEVER_V4,
    Target,
    TargetRefusedError,
    TargetRules,
    address_allowed,
    check_url,
    system_resolver,
    vetted_addresses,
)
from tests.environment import product_environment, product_settings
from tests.postbacks.spellings import LOOPBACK_HOSTS, NOT_HTTP, PRIVATE_HOSTS

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


@pytest.mark.parametrize("network", REFUSED_V4 + REFUSED_V6)
def test_the_first_the_last_and_something_between_are_refused(network: str) -> None:
    whole = ip_network(network)
    chance = random.Random(network)
    inside = [whole[0], whole[-1], *(whole[chance.randrange(whole.num_addresses)] for _ in range(20))]
    assert [str(one) for one in inside if address_allowed(one, OPEN)] == []


@pytest.mark.parametrize("address", PUBLIC)
def test_what_lies_just_outside_is_allowed(address: str) -> None:
    assert address_allowed(ip_address(address), OPEN)


def test_ten_thousand_random_public_addresses_are_all_allowed() -> None:
    chance = random.Random(20261124)
    special = [IPv4Network(text) for text in REFUSED_V4]
    refused, asked = [], 0
    while asked < 10_000:
        address = IPv4Address(chance.getrandbits(32))
        if any(address in network for network in special):
            continue
        asked += 1
        if not address_allowed(address, OPEN):
            refused.append(str(address))
    assert refused == []


def test_random_addresses_of_the_registries_are_all_allowed() -> None:
    chance = random.Random(6)
    given_out = [ip_network(text) for text in ("2400::/12", "2600::/12", "2800::/12", "2a00::/12", "2c00::/12")]
    for _ in range(2000):
        network = chance.choice(given_out)
        assert address_allowed(network[chance.randrange(network.num_addresses)], OPEN)


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


def leads_wherever_it_is_spelled(host: str, port: int) -> Sequence[str]:
    try:
        return system_resolver(host, port)
    except OSError:
        return ["127.0.0.1"]


def test_there_are_enough_spellings_to_mean_something() -> None:
    assert len(set(LOOPBACK_HOSTS)) == len(LOOPBACK_HOSTS) >= 90


@pytest.mark.parametrize("scheme", ["http", "HTTPS"])
@pytest.mark.parametrize("host", [*LOOPBACK_HOSTS, *PRIVATE_HOSTS], ids=ascii)
def test_no_spelling_of_a_forbidden_place_passes_text_and_resolution(host: str, scheme: str) -> None:
    with pytest.raises(TargetRefusedError):
        vetted_addresses(check_url(f"{scheme}://{host}:8080/x", OPEN), OPEN, leads_wherever_it_is_spelled)


@pytest.mark.parametrize(
    "url", [*NOT_HTTP, "https://x y.test/", "https://x.test/\x7f", "https://x.test/\ud800"], ids=ascii
)
def test_what_is_not_a_plain_http_url_is_refused_on_sight(url: str) -> None:
    with pytest.raises(TargetRefusedError):
        check_url(url, OPEN)


@pytest.mark.parametrize(
    "url",
    [
        "https://x.test:0/", "https://x.test:65536/", "https://x.test:-1/", "https://x.test:+443/",
        "https://x.test:4 43/",
        "https://x.test:443x/", "https://x.test:0x1bb/", "https://x.test:４４３/", "https://x.test:99999999999/",
        "https://x.test:443:443/", "https://me@x.test/", "https://me:pw@x.test/", "https://@x.test/",
        "https://:@x.test/",
        "https://x.test/#", "https://x.test/#top", "https://x.test/?a#b", "https://xn--a.test\u00e9/",
        "https://" + "a." * 130 + "test/", "https://x.test/" + "a" * 500, "https://x.test/a\\b", "https://x.te*st/",
        "https://x.test\u2100/", "https://[v1.fe80::a]/", "https://\u200d.test/", "https://a..test/", "https://.test/",
        "https://x.test../", "https://./", f"https://{'a' * 64}.test/", f"https://{'a.' * 127}test/", "https://x.\u3002/",
    ],
    ids=ascii,
)  # fmt: skip
def test_ports_users_fragments_and_hosts_that_cannot_be_are_refused(url: str) -> None:
    with pytest.raises(TargetRefusedError):
        check_url(url, OPEN)


@pytest.mark.parametrize("port", [22, 25, 81, 3306, 5432, 6379, 8000, 8444, 65535])
def test_ports_outside_the_setting_are_refused(port: int) -> None:
    with pytest.raises(TargetRefusedError, match=f"Port {port}"):
        check_url(f"https://x.test:{port}/", STRICT)


def test_plain_http_is_refused_unless_allowed() -> None:
    with pytest.raises(TargetRefusedError, match="https"):
        check_url("http://x.test/", STRICT)
    assert check_url("http://x.test/", OPEN).port == 80


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://x.test", Target("https", "x.test", 443, "https://x.test")),
        ("https://x.test:/a", Target("https", "x.test", 443, "https://x.test/a")),
        ("HTTPS://X.Test:8443/A?b=C", Target("https", "x.test", 8443, "https://x.test:8443/A?b=C")),
        ("https://bücher.test/é?ü=1", Target("https", "xn--bcher-kva.test", 443, "https://xn--bcher-kva.test/%C3%A9?%C3%BC=1")),
        ("https://a_b-c.x.test/%2e%2E/", Target("https", "a_b-c.x.test", 443, "https://a_b-c.x.test/%2e%2E/")),
        ("https://8.8.8.8/x", Target("https", "8.8.8.8", 443, "https://8.8.8.8/x")),
        ("https://134744072/x", Target("https", "8.8.8.8", 443, "https://8.8.8.8/x")),
        ("https://0x8.8.2056:8443/x", Target("https", "8.8.8.8", 8443, "https://8.8.8.8:8443/x")),
        ("https://８。８。８。８/", Target("https", "8.8.8.8", 443, "https://8.8.8.8/")),
        ("https://[2606:4700:0:0::1]/", Target("https", "2606:4700::1", 443, "https://[2606:4700::1]/")),
        ("https://x.test./", Target("https", "x.test.", 443, "https://x.test./")),
    ],
    ids=lambda value: ascii(value)[:40],
)  # fmt: skip
def test_a_good_url_is_taken_apart_into_one_spelling(url: str, target: Target) -> None:
    assert check_url(url, OPEN) == target
    assert check_url(target.url, OPEN) == target


def answering(answers: list[str], _host: str, _port: int) -> list[str]:
    return answers


def test_every_answer_of_the_resolver_must_pass() -> None:
    target = check_url("https://x.test/", OPEN)
    for answers in (["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1", "8.8.8.8"], ["8.8.8.8", "fe80::1%eth0"]):
        with pytest.raises(TargetRefusedError, match="private or reserved"):
            vetted_addresses(target, OPEN, partial(answering, answers))
    assert vetted_addresses(target, OPEN, lambda *_: ["8.8.8.8", "2606::1"]) == ["8.8.8.8", "2606::1"]


@pytest.mark.parametrize("host", ["-.test", "no-such-name.invalid"])
def test_a_name_that_does_not_resolve_is_an_oserror(host: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system calls it
        vetted_addresses(check_url(f"https://{host}/", OPEN), OPEN)


def test_a_name_that_cannot_be_asked_for_is_an_oserror_too() -> None:
    with pytest.raises(OSError, match="no name"):
        system_resolver("a" * 64 + ".test", 443)


def test_a_resolver_that_names_no_address_did_not_resolve() -> None:
    with pytest.raises(OSError, match="no address"):
        vetted_addresses(check_url("https://x.test/", OPEN), OPEN, lambda *_: [])
