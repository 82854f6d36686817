"""Hosts of ACLs and of clients: authorizers compare addresses as text (java.net.InetAddress.getHostAddress)."""

import ipaddress
import re
from functools import lru_cache

ANY_HOST = "*"
NETWORK = re.compile(r"(?P<v4>\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})|(?P<v6>[0-9a-fA-F:.]*:[0-9a-fA-F:.]*/\d{1,3})")
Span = tuple[int, int, int]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def written_by_java(host: str) -> str:
    """Return an IP address as brokers write it; empty for what is none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    plain = ":".join(f"{int.from_bytes(address.packed[at : at + 2]):x}" for at in range(0, 16, 2))
    return f"{plain}%{address.scope_id}" if address.scope_id else plain


@lru_cache(maxsize=10_000)
def network(text: str) -> Network | None:
    """Return a network in CIDR notation (KIP-1276, from Kafka 4.4 on); None for what is none."""
    if not NETWORK.fullmatch(text):
        return None
    address, _, length = text.partition("/")
    if ":" not in address:
        address = ".".join(str(int(part)) for part in address.split("."))
    try:
        return ipaddress.ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        return None


def is_within(host: str, network_text: str) -> bool:
    """Tell whether an address, or a whole network, is within a network."""
    outer, inner = network(network_text), network(host)
    if outer is None:
        return False
    if inner is None:
        address = written_by_java(host)
        return bool(address) and ipaddress.ip_address(address) in outer
    return inner.version == outer.version and outer.supernet_of(inner)  # type: ignore[arg-type]


@lru_cache(maxsize=10_000)
def span_of(host: str) -> Span | None:
    """Return the version, the number of fixed bits and these bits of an address or a network; None for other hosts."""
    inner = network(host)
    if inner is not None:
        return inner.version, inner.prefixlen, int(inner.network_address) >> (inner.max_prefixlen - inner.prefixlen)
    address = written_by_java(host)
    if not address:
        return None
    parsed = ipaddress.ip_address(address)
    return parsed.version, parsed.max_prefixlen, int(parsed)


def fits_a_client(host: str, *, networks: bool) -> bool:
    """Tell whether there can be a client with a host that an ACL names."""
    return written_by_java(host) == host or (networks and network(host) is not None)
