"""Sending through Apprise, kept from what an address could make it do on this machine.

Apprise reads files, shows things on desktops and follows redirects where an address says so; addresses are typed by
people who need not have a right to that. Its requests take no proxy and no .netrc from the environment.
"""

from contextvars import ContextVar
from typing import Any

import apprise
import requests
from apprise.utils.parse import parse_qsd, parse_url

LOCAL_SERVICES = frozenset({
    "blink1", "dbus", "file", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "vapid", "windows",
})  # fmt: skip
# Parameters by which a service reads or writes local files, or goes where nobody configured.
LOCAL_PARAMETERS = frozenset({
    "attach", "attach-as", "filename", "keyfile", "pgp", "pgpkey", "pgpprv", "pgppub", "redirect", "subfile",
    "template",
})  # fmt: skip
SECONDS = 5.0  # to connect, and again to read
UNKNOWN = "Not a valid Apprise URL (for a plain webhook use https://host/path)."
NOT_TAKEN = "The service rejected the notification; check the URL and its token."
_plain: ContextVar[bool] = ContextVar("plain", default=False)


class PlainSession(requests.sessions.Session):
    """Takes nothing from the environment while we send; Apprise makes its sessions by ``requests.post``."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = self.trust_env and not _plain.get()


requests.sessions.Session = PlainSession  # type: ignore[misc]


def objection_to(url: str) -> str:
    """Return why an address is not taken, or nothing."""
    scheme, there, rest = url.strip().partition("://")
    if not there:
        return UNKNOWN
    if scheme.lower() in LOCAL_SERVICES:
        return f"{scheme.lower()}:// acts on kafkaadmin's own host; use an external service."
    parsed: Any = parse_url(url, default_schema="unknown", verify_host=False) or {}  # type: ignore[no-untyped-call]
    parameters: Any = parse_qsd(rest.partition("?")[2])  # type: ignore[no-untyped-call]
    names = {name.lstrip("+-:").strip().lower() for name in (*parsed.get("qsd", ()), *parameters["qsd"])}
    refused = sorted(names & LOCAL_PARAMETERS)
    if refused:
        return (
            f"The parameter {refused[0]} is not allowed: it reads files on kafkaadmin's host, or redirects elsewhere."
        )
    return ""


def is_known(url: str) -> bool:
    """Tell whether Apprise has a service for an address, e.g. for the https:// ones of Slack and Discord."""
    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None


def send(url: str, title: str, body: str, kind: str) -> str:
    """Send a message to one address; return why that failed, or ""."""
    if objection := objection_to(url):
        return objection
    asset = apprise.AppriseAsset(
        async_mode=False, http_redirects=False, pem_autogen=False, pgp_autogen=False, plugin_paths=[]
    )
    service: Any = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        return UNKNOWN
    service.socket_connect_timeout = service.socket_read_timeout = SECONDS
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    mark = _plain.set(True)
    try:
        return "" if sender.notify(body=body, title=title, notify_type=apprise.NotifyType(kind)) else NOT_TAKEN
    finally:
        _plain.reset(mark)
