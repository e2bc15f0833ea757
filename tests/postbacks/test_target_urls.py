# ruff: noqa: RUF001 - letters and digits that look alike are the point here
"""Which URLs may be called: every spelling of a forbidden place that we know of, and what is no plain URL."""

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_network

import pytest

from postbacks.targets import Target, TargetRefusedError, TargetRules, check_url, vetted_addresses
from tests.postbacks.spellings import LOOPBACK_HOSTS, NOT_HTTP, PRIVATE_HOSTS, resolved_here

OPEN = TargetRules(allowed_ports=((1, 65535),), allow_http=True)
STRICT = TargetRules(allowed_ports=((80, 80), (443, 443), (8080, 8080), (8443, 8443)))


def leads_wherever_it_is_spelled(host: str, port: int) -> Sequence[str]:
    try:
        return resolved_here(host, port)
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


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "foo.localhost", "localhost.localdomain", "ｌｏｃａｌｈｏｓｔ"]
)
def test_the_name_of_this_machine_needs_no_resolver_to_be_refused(host: str) -> None:
    with pytest.raises(TargetRefusedError, match="this machine"):
        check_url(f"https://{host}/", STRICT)
    for network in ("127.0.0.0/8", "::1/128", "127.0.0.1/32"):
        check_url(f"https://{host}/", replace(STRICT, allowed_networks=(ip_network(network),)))
    for name in ("localhosts", "mylocalhost.test", "localhost.test"):
        check_url(f"https://{name}/", STRICT)
