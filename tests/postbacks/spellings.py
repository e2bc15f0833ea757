# ruff: noqa: RUF001 - letters and digits that look alike are the point here
"""Ways to write a URL whose host is this machine, or is somewhere else that nobody may call."""

import socket
from collections.abc import Sequence

from postbacks.targets import system_resolver

NAMES_OF_THIS_MACHINE = {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", socket.gethostname()}


def resolved_here(host: str, port: int) -> Sequence[str]:
    """The system's resolver, for what it knows without asking another machine: numbers, and its own names."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        if host.lower().rstrip(".") not in NAMES_OF_THIS_MACHINE:
            raise OSError(f"{host} is no name of this machine") from None
        return system_resolver(host.rstrip("."), port)
    return [str(entry[4][0]) for entry in found]


LOOPBACK_HOSTS = (
    # dotted, short, decimal, octal, hexadecimal
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "127.00.0.1", "127.0.0.01",
    "0177.0.0.1", "0177.0.0.01", "0177.1", "0177.0.1", "00000177.1", "017700000001", "0017700000001", "2130706433",
    "2130706434", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "0x7F.1", "0x7f000001", "0X7F000001",
    "0x00007f000001", "0x7f.0.1", "0177.0x0.0.1", "127.0x1", "127.0.0x1", "127.0.257", "127.65793", "127.16777215",
    "127.0.0.1.", "127.1.", "2130706433.", "0x7f000001.", "0", "0.0.0.0", "0x0", "00", "0.0", "0.0.0.0.",
    # names of this machine
    "localhost", "LOCALHOST", "LocalHost", "localhost.", "localhost.localdomain",
    "foo.localhost", "ip6-localhost",
    # IPv6: its own loopback, every disguise of IPv4's, zones
    "[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0001]", "[0::1]", "[::]",
    "[::0.0.0.1]", "[::ffff:127.0.0.1]", "[::FFFF:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[::ffff:0:7f00:1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::127.0.0.1]", "[2002:7f00:1::]", "[2002:7f00:0001::1]",
    "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[::1%25lo]", "[::1%lo]", "[::1%1]",
    "[fe80::7f00:1]", "[fec0::1]", "[fc00::1]", "[fd00::1]", "[ff02::1]", "[100::1]", "[::ffff:0.0.0.0]",
    "[0:0:0:0:0:0:127.0.0.1]", "[::ffff:0x7f.0.0.1]", "[::ffff:127.1]", "[127.0.0.1]", "[2130706433]", "[localhost]",
    # other digits, other dots, other letters
    "１２７.０.０.１", "１２７．０．０．１", "127。0。0。1", "127｡0｡0｡1", "①②⑦.⓪.⓪.①", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "𝟷𝟸𝟽.𝟶.𝟶.𝟷",
    "²¹³⁰⁷⁰⁶⁴³³",
    "０x７f０００００１", "0ｘ7f.1", "ｌｏｃａｌｈｏｓｔ", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "𝓵𝓸𝓬𝓪𝓵𝓱𝓸𝓼𝓽",
    "loca\u00adlhost", "local\u200bhost",
    "١٢٧.٠.٠.١", "127\u3002\u0030.0.1", "localhoſt",
    # percent-encoded
    "127%2E0%2E0%2E1", "%31%32%37.0.0.1", "%6c%6f%63%61%6c%68%6f%73%74", "%5B::1%5D", "127.0.0.1%00", "127.0.0.1%2f",
    "localhost%2e", "%31%32%37%2e%30%2e%30%2e%31", "127.0.0.1%20", "127.0.0.1%0d%0a", "127.0.0.1%23.x.test",
    # smuggled past a parser: user info, backslashes, white space, separators
    "x.test@127.0.0.1", "x.test:y@127.0.0.1", "@127.0.0.1", ":@127.0.0.1", "127.0.0.1@127.0.0.1",
    "x.test%40127.0.0.1@::1",
    "8.8.8.8\\@127.0.0.1", "127.0.0.1\\@x.test", "127.0.0.1\\x.test", "\\127.0.0.1", "\\\\127.0.0.1",
    "x.test#@127.0.0.1",
    "x.test?@127.0.0.1", "127.0.0.1#@x.test", "127.0.0.1\t", "\t127.0.0.1", "127\t.0.0.1", "127.0.0.1\n", "local\nhost",
    "local\rhost", "127.0.0.1\r\nHost: x.test", " 127.0.0.1", "127.0.0.1 ", "127.0.0.1 x.test", "127.0.0.1\x00x.test",
    "127.0.0.1\x0b", "127.0.0.1\u2028", "127.0.0.1;x.test", "127.0.0.1,x.test", "127.0.0.1&x.test", "(127.0.0.1)",
    "127.0.0.1/@x.test", "//127.0.0.1", "/127.0.0.1", "///127.0.0.1", "[::1]x.test", "[::1].x.test", "[[::1]]", "[::1",
    "::1", "0:0:0:0:0:0:0:1", "x.test[::1]", "127..0.0.1", ".127.0.0.1", "127.0.0.1..", "1.0.0.127.in-addr.arpa",
)  # fmt: skip
"""Put between `http://` and `:port/`. What of them is a name needs a resolver to lead to this machine."""

PRIVATE_HOSTS = (
    "10.0.0.1", "10.1", "0xa.1", "012.1", "167772161", "0x0a000001", "172.16.0.1", "2886729729", "0xac.0x10.0.1",
    "192.168.0.1", "192.168.1", "0xc0a80001", "0300.0250.0.1", "3232235521", "169.254.169.254", "2852039166",
    "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1", "198.18.0.1", "192.0.0.192", "224.0.0.1",
    "255.255.255.255", "4294967295", "0xffffffff", "240.0.0.1", "168.63.129.16", "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[fd00:ec2::254]", "[::10.0.0.1]",
    "[2001:db8::1]", "[3fff::1]", "[2001::1]", "１０.０.０.１", "169。254。169。254",
)  # fmt: skip

NOT_HTTP = (
    "", "x", "//x.test/", "/x", "x.test", "x.test:443", "https:", "https:x.test", "https:/x.test/", "https://",
    "https:///", "https:///x.test/", "https://:443/", "https://?x", "https://#x", "ftp://x.test/", "file:///etc/passwd",
    "gopher://x.test/", "javascript:alert(1)", "data:text/plain,x", "unix:///tmp/x", "dict://x.test:11211/", "ws://x.test/",
    "httpss://x.test/", "https\u200b://x.test/", "jar:https://x.test!/", "ldap://x.test/", "scp://x.test/", "smb://x.test/",
    "hTTpx://x.test/", "blob:https://x.test/", "view-source:https://x.test/", "about:blank", "mailto:x@x.test",
)  # fmt: skip

NAMES = {"ip6-localhost", "x.test?@127.0.0.1", "1.0.0.127.in-addr.arpa"}
"""Those that only a resolver can tell to lead to a forbidden place."""


def forbidden_urls(port: int) -> list[str]:
    """URLs that a deployment which allows only https, this port and 443, and nothing private, refuses on sight."""
    hosts = [host for host in (*LOOPBACK_HOSTS, *PRIVATE_HOSTS) if host not in NAMES]
    return [
        *(f"https://{host}:{port}/hook" for host in hosts),
        *(url for url in NOT_HTTP if url),
        f"http://127.0.0.1:{port}/",
        f"HTTP://localhost:{port}/",
        f"http://8.8.8.8:{port}/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://127.0.0.1/",
        "https://127.0.0.1:22/",
        f"https://127.0.0.1:{port}0/",
        f"https://me:pw@127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}/#x",
        f"https://127.0.0.1:{port}/a b",
    ]
