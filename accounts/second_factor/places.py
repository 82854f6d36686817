"""Where passkeys belong to, and what is said of them without WebAuthn's library."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

MOST = 10  # of a user
REFUSED = "The browser's answer is not valid. Try again."


@dataclass(frozen=True)
class Place:
    """Where passkeys belong to: a host name, and the origin of its pages."""

    host: str
    origin: str


def place_of(request: HttpRequest) -> Place | None:
    """Return where kafkaadmin is: by KAFKAADMIN_PUBLIC_URL, or as the browser asks; None where no passkey can be.

    Browsers have passkeys for names, not for addresses, and on https:// or localhost only.
    """
    parts = urlsplit(settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}")
    host = parts.hostname or ""
    if not host or is_address(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    return Place(host, f"{parts.scheme}://{parts.netloc}")


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
