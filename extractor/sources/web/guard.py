"""IP address -> may it be connected to? Pages of the press stand on public addresses, and nothing else is asked.

A site can name any address it likes, in a link, a redirect or its DNS, and so make a crawler ask the machines next to
it: a router, a database, the metadata service of a cloud. Whether an address is public is judged here, with no socket
opened; `connections` asks at the moment of connecting, of the very address that is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from extractor.errors import SourceError

__all__ = ["EVERYWHERE", "Guard", "PrivateAddress", "find_refusal", "read_literal"]

EVERYWHERE = ("0.0.0.0/0", "::/0")
"""The networks that ``--allow-private`` allows: all."""

_IPV4 = {
    # Kept inside clouds: their instances get passwords here. Azure's stands on an address that looks public.
    "169.254.169.254/32": "the metadata service of a cloud",
    "168.63.129.16/32": "the metadata service of a cloud",
    "100.100.100.200/32": "the metadata service of a cloud",
    # The special-purpose registry of IANA.
    "0.0.0.0/8": "this machine itself",
    "10.0.0.0/8": "in a private network",
    "100.64.0.0/10": "in a network that a carrier shares out",
    "127.0.0.0/8": "this machine itself (loopback)",
    "169.254.0.0/16": "on the local link",
    "172.16.0.0/12": "in a private network",
    "192.0.0.0/24": "set aside for protocols",
    "192.0.2.0/24": "set aside for documentation",
    "192.88.99.0/24": "a relay to IPv6 that is no longer used",
    "192.168.0.0/16": "in a private network",
    "198.18.0.0/15": "set aside for measuring networks",
    "198.51.100.0/24": "set aside for documentation",
    "203.0.113.0/24": "set aside for documentation",
    "224.0.0.0/4": "a group of machines (multicast)",
    "255.255.255.255/32": "every machine of the local link (broadcast)",
    "240.0.0.0/4": "reserved",
}
_IPV6 = {
    "fd00:ec2::254/128": "the metadata service of a cloud",
    "fd20:ce::254/128": "the metadata service of a cloud",
    "::/128": "this machine itself",
    "::1/128": "this machine itself (loopback)",
    "64:ff9b:1::/48": "in a private network",
    "100::/64": "where packets are thrown away",
    "2001:2::/48": "set aside for measuring networks",
    "2001:db8::/32": "set aside for documentation",
    "2001::/23": "set aside for protocols",
    "3fff::/20": "set aside for documentation",
    "fc00::/7": "in a private network",
    "fe80::/10": "on the local link",
    "fec0::/10": "in a private network",
    "ff00::/8": "a group of machines (multicast)",
}
# The first that holds an address tells of it: single addresses stand before the networks around them.
_SPECIAL_IPV4 = tuple((IPv4Network(network), reason) for network, reason in _IPV4.items())
_SPECIAL_IPV6 = tuple((IPv6Network(network), reason) for network, reason in _IPV6.items())

_NAT64 = IPv6Network("64:ff9b::/96")
# All that IANA gives out of IPv6; what lies outside is reserved, IPv4-compatible addresses among it.
_PUBLIC_IPV6 = IPv6Network("2000::/3")


class PrivateAddress(SourceError):
    """A host leads to an address that is not public. Asking again would change nothing."""


def find_refusal(ip: str) -> str:
    """Return why an IP address may not be connected to, in words that may follow "is"; empty if it may.

    An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4, Teredo) is judged by that one. What is no IP
    address is refused.

    >>> find_refusal("10.0.0.7")
    'in a private network'
    >>> find_refusal("64:ff9b::7f00:1")
    'a way to 127.0.0.1, which is this machine itself (loopback)'
    >>> find_refusal("9.9.9.9")
    ''
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "no IP address"
    if isinstance(address, IPv4Address):
        return next((reason for network, reason in _SPECIAL_IPV4 if address in network), "")
    for inner in _find_carried(address):
        if reason := find_refusal(str(inner)):
            return f"a way to {inner}, which is {reason}"
    if _find_carried(address):
        return ""
    reason = next((reason for network, reason in _SPECIAL_IPV6 if address in network), "")
    return reason or ("" if address in _PUBLIC_IPV6 else "reserved")


def _find_carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that packets to an IPv6 address end at; empty for a plain one."""
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    # Of Teredo, both the server that is met first and the machine behind it.
    return address.teredo or ()


def read_literal(host: str) -> str:
    """Return the IP address that the host of a URL spells out, in any spelling that resolvers take; empty for a name.

    The name localhost and those below it spell one, too, by definition (RFC 6761).

    >>> [read_literal(host) for host in ("2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "10.0.0.7.")]
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', '::1', '10.0.0.7']
    >>> read_literal("news.example")
    ''
    """
    bare = host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")
    if bare == "localhost" or bare.endswith(".localhost"):
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    try:
        # The reading of C libraries: octal, hexadecimal, and fewer than four parts.
        return str(IPv4Address(socket.inet_aton(bare)))
    except (OSError, UnicodeEncodeError):
        return ""


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be connected to: public addresses, and networks that a user allows on top.

    Attributes:
        allowed: networks as ``192.168.1.0/24`` or ``fd12::/64``; `EVERYWHERE` for all.

    Raises:
        ValueError: a network is none.
    """

    allowed: Sequence[str] = ()

    def __post_init__(self) -> None:
        for network in self.allowed:
            ipaddress.ip_network(network)

    def find_refusal(self, ip: str) -> str:
        """The same as the function of that name, but empty for what is in an allowed network."""
        reason = find_refusal(ip)
        if not reason or not self.allowed:
            return reason
        try:
            address = ipaddress.ip_address(ip)
        except ValueError:
            return reason
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return "" if any(address in ipaddress.ip_network(network) for network in self.allowed) else reason

    def check(self, host: str, ip: str) -> None:
        """Let a connection pass.

        Args:
            host: as it stands in the URL.
            ip: what is about to be connected to.

        Raises:
            PrivateAddress: it may not be.
        """
        reason = self.find_refusal(ip)
        if not reason:
            return
        raise PrivateAddress(
            "not a public address",
            where=host,
            found=f"{ip}, {reason}",
            fix="Where that is what you want to read, use --allow-private",
        )
