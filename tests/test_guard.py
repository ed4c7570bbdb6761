"""Which IP addresses may be connected to, and how URLs spell them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractor.sources.web.guard import EVERYWHERE, Guard, PrivateAddress, find_refusal, read_literal

PRIVATE = [
    ("0.0.0.0", "this machine"),
    ("0.1.2.3", "this machine"),
    ("10.0.0.1", "private"),
    ("10.255.255.255", "private"),
    ("100.64.0.1", "carrier"),
    ("100.127.255.254", "carrier"),
    ("100.100.100.200", "metadata"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("168.63.129.16", "metadata"),
    ("169.254.169.254", "metadata"),
    ("169.254.170.2", "local link"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.0.0.192", "protocols"),
    ("192.0.2.1", "documentation"),
    ("192.88.99.1", "relay"),
    ("192.168.1.1", "private"),
    ("198.18.0.1", "measuring"),
    ("198.19.255.255", "measuring"),
    ("198.51.100.7", "documentation"),
    ("203.0.113.9", "documentation"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.250", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "broadcast"),
    ("::", "this machine"),
    ("::1", "loopback"),
    ("::ffff:127.0.0.1", "127.0.0.1"),
    ("::ffff:a9fe:a9fe", "metadata"),
    # IPv4-compatible, and IPv4-translated: neither is given out.
    ("::127.0.0.1", "reserved"),
    ("::ffff:0:127.0.0.1", "reserved"),
    ("64:ff9b::10.0.0.1", "10.0.0.1"),
    ("64:ff9b::169.254.169.254", "metadata"),
    ("64:ff9b:1::8.8.8.8", "private"),
    ("100::1", "thrown away"),
    # Teredo: a private server, then a private machine behind a public one (its bits stand inverted).
    ("2001:0:7f00:1::", "127.0.0.1"),
    ("2001:0:808:808:0:0:f5ff:fffe", "10.0.0.1"),
    ("2001:2::1", "measuring"),
    ("2001:10::1", "protocols"),
    ("2001:db8::1", "documentation"),
    ("2002:7f00:1::1", "127.0.0.1"),
    ("2002:c0a8:101::", "192.168.1.1"),
    ("3fff::1", "documentation"),
    ("4000::1", "reserved"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "metadata"),
    ("fd20:ce::254", "metadata"),
    ("fd12:3456::1", "private"),
    ("fe80::1", "local link"),
    ("fe80::1%eth0", "local link"),
    ("fec0::1", "private"),
    ("ff02::1", "multicast"),
    ("", "no IP address"),
    ("news.example", "no IP address"),
    ("127.1", "no IP address"),
    ("0177.0.0.1", "no IP address"),
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2001:0:808:808:0:0:f7f7:f7f7",
]


@pytest.mark.parametrize(("ip", "words"), PRIVATE, ids=[ip or "empty" for ip, _ in PRIVATE])
def test_find_refusal_tells_why(ip: str, words: str) -> None:
    assert words in find_refusal(ip)


@pytest.mark.parametrize("ip", PUBLIC)
def test_find_refusal_lets_public_addresses_pass(ip: str) -> None:
    assert find_refusal(ip) == ""


@given(st.ip_addresses())
@example(IPv6Address("64:ff9b:1::1"))
def test_find_refusal_lets_nothing_pass_that_python_calls_special(address: IPv4Address | IPv6Address) -> None:
    carries = isinstance(address, IPv6Address) and (address.ipv4_mapped or address.sixtofour or address.teredo)
    special = not address.is_global or address.is_multicast or address.is_reserved or address.is_link_local
    # NAT64's well-known prefix lies in what Python calls reserved, and leads to all of IPv4.
    nat64 = str(address).startswith("64:ff9b::")
    if special and not carries and not nat64:
        assert find_refusal(str(address))


@pytest.mark.parametrize(
    ("host", "ip"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("[::1]", "::1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("localhost", "127.0.0.1"),
        ("LOCALHOST.", "127.0.0.1"),
        ("printer.localhost", "127.0.0.1"),
        ("localhost.example", ""),
        ("mylocalhost", ""),
        ("news.example", ""),
        ("1.2.3.4.example", ""),
        ("1.2.3.4.5", ""),
        ("256.1.1.1", ""),
        ("zürich.example", ""),
        ("", ""),
    ],
)
def test_read_literal_reads_each_spelling(host: str, ip: str) -> None:
    assert read_literal(host) == ip


@pytest.mark.parametrize(
    ("allowed", "ip", "passes"),
    [
        ((), "127.0.0.1", False),
        (("127.0.0.1/32",), "127.0.0.1", True),
        (("127.0.0.1/32",), "::ffff:127.0.0.1", True),
        (("127.0.0.1/32",), "127.0.0.2", False),
        (("127.0.0.1/32",), "::1", False),
        (("10.0.0.0/8", "fd12::/16"), "10.9.8.7", True),
        (("10.0.0.0/8", "fd12::/16"), "fd12::1", True),
        (("10.0.0.0/8", "fd12::/16"), "8.8.8.8", True),
        (("10.0.0.0/8", "fd12::/16"), "192.168.0.1", False),
        (EVERYWHERE, "169.254.169.254", True),
        (EVERYWHERE, "fe80::1%eth0", True),
        (EVERYWHERE, "2002:7f00:1::", True),
        # A name is never an address, whatever is allowed.
        (EVERYWHERE, "localhost", False),
    ],
)
def test_guard_allows_what_it_is_told(allowed: tuple[str, ...], ip: str, passes: bool) -> None:
    assert (Guard(allowed).find_refusal(ip) == "") is passes


def test_guard_tells_host_address_and_option() -> None:
    with pytest.raises(PrivateAddress) as caught:
        Guard().check("intranet.example", "10.0.0.7")
    assert str(caught.value) == (
        "not a public address - intranet.example; found 10.0.0.7, in a private network."
        " Where that is what you want to read, use --allow-private"
    )


def test_guard_refuses_a_network_that_is_none() -> None:
    with pytest.raises(ValueError, match="has host bits set"):
        Guard(("127.0.0.1/8",))
