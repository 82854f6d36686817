"""The IP addresses of brokers' hosts: a Prometheus with its own service discovery may know brokers by nothing else."""

import ipaddress
import socket
from collections.abc import Iterable

from core.background_cache import BackgroundCache

KEEP, WAIT = 60.0, 0.3  # seconds


def ask(host: str) -> tuple[str, ...]:
    """Resolve a host's addresses.

    Raises:
        OSError: the name is unknown.
    """
    return tuple(sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}))


def is_name(host: str) -> bool:
    """Tell whether a host is a name, not an address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(host)
    return False


_known: BackgroundCache[str, tuple[str, ...]] = BackgroundCache(ask, keep=KEEP, wait=WAIT)


def addresses(hosts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the addresses of the hosts that are names, as far as they are known in time."""
    return _known.get(filter(is_name, hosts))
