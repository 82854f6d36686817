"""Signing in by a proxy in front of kafkaadmin, which names the user and their groups in headers.

Headers count only from the addresses of the proxy itself (the peer of the connection, never X-Forwarded-For): from
anywhere else anybody could write them. They decide at each request: without them, a session that they began is over.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import password_backend
from accounts.models import Identity
from accounts.signals import record_refusal
from accounts.single_sign_on.claims import ClaimError, Person, groups_in, person_of
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.identities import remember_person, user_for
from accounts.single_sign_on.providers import PROXY, Provider
from core.rereading import Rereading

PROVIDER = Provider(PROXY, "", "", label="the proxy", username_claim="sub")
BY_PROXY = "sso_proxy"  # the session's key: the identity that the headers named
WITHOUT_SESSIONS = ("/api/", "/healthz", "/readyz", "/actuator/", "/metrics", "/v3/kafka")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Headers:
    """The names of the headers, as WSGI has them, and who may send them."""

    user: str
    groups: str
    email: str
    networks: tuple[str, ...]
    separator: str = ","

    def are_trusted(self, address: str) -> bool:
        """Tell whether an address is one of the proxy's."""
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        peer = getattr(peer, "ipv4_mapped", None) or peer  # as a server that listens on [::] sees IPv4
        return any(peer in ip_network(network, strict=False) for network in self.networks)


def headers(user: str, groups: str, email: str, networks: tuple[str, ...], separator: str = ",") -> Headers:
    """Return the configured headers.

    Raises:
        ImproperlyConfigured: no address is trusted, or one is none.
    """
    if not networks:
        raise ImproperlyConfigured("KAFKAADMIN_PROXY_USER_HEADER needs KAFKAADMIN_PROXY_ADDRESSES: who may send it.")
    try:
        for network in networks:
            ip_network(network, strict=False)
    except ValueError as error:
        raise ImproperlyConfigured(f"KAFKAADMIN_PROXY_ADDRESSES: {error}") from error
    user, groups, email = (f"HTTP_{name.upper().replace('-', '_')}" if name else "" for name in (user, groups, email))
    return Headers(user, groups, email, networks, separator)


def configured_headers() -> Headers | None:
    """Return the configured headers; None where no proxy signs in, or what is configured cannot be used."""
    names = settings.PROXY_USER_HEADER, settings.PROXY_GROUPS_HEADER, settings.PROXY_EMAIL_HEADER
    return read_headers(*names, tuple(settings.PROXY_ADDRESSES), settings.KAFKAADMIN_CONFIG)


def read_configured(again: bool) -> Headers | None:
    addresses = tuple(settings.PROXY_ADDRESSES)
    if settings.PROXY_USER_HEADER:
        names = settings.PROXY_USER_HEADER, settings.PROXY_GROUPS_HEADER, settings.PROXY_EMAIL_HEADER
        return headers(*names, addresses)
    of_other_tool = import_string(settings.PROXY_SOURCE)(again)
    networks = addresses or tuple(of_other_tool.get("addresses", ()))
    if not (of_other_tool and networks):  # without addresses, it is not said whom to believe
        return None
    return headers(of_other_tool["user"], of_other_tool["groups"], "", networks, of_other_tool["separator"])


read_headers: Rereading[Headers | None] = Rereading(read_configured, None)


def is_configured() -> bool:
    return configured_headers() is not None


class ProxySignInMiddleware:
    """Signs in whom the proxy names; does nothing unless a header is configured."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        names = configured_headers()
        if names is None or request.path_info.startswith(WITHOUT_SESSIONS):
            return self.get_response(request)
        try:
            apply(request, person_in(request, names))
        except (SignInRefused, ClaimError) as refusal:
            logout(request)
            shown = refusal if isinstance(refusal, SignInRefused) else SignInRefused(f"The proxy's headers: {refusal}")
            record_refusal(request, f"By the proxy: {shown.sentence}")
            return render(request, "accounts/sso_refused.html", {"refusal": shown}, status=403)
        return self.get_response(request)


def person_in(request: HttpRequest, names: Headers) -> Person | None:
    """Return whom the headers name; None where they name nobody, or do not come from the proxy.

    Raises:
        ClaimError: the name cannot be one.
    """
    username = text_of(request, names.user).strip()
    if not username:
        return None
    address = request.META.get("REMOTE_ADDR", "")
    if not names.are_trusted(address):
        logger.warning("%s sends the header of the proxy, but is not one of its addresses.", address)
        return None
    claims = {
        "sub": username,
        "groups": groups_in(text_of(request, names.groups).split(names.separator)),
        "email": text_of(request, names.email),
    }
    return person_of(claims, PROVIDER)


def text_of(request: HttpRequest, name: str) -> str:
    """Return a header's value; empty where it is not there. WSGI has bytes as Latin-1, proxies mostly send UTF-8."""
    value: str = request.META.get(name, "") if name else ""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def apply(request: HttpRequest, person: Person | None) -> None:
    """Let the request be of whom the proxy names.

    Raises:
        SignInRefused: they may not sign in.
    """
    pk = request.session.get(BY_PROXY)
    if person is None:
        if pk is not None:
            logout(request)
        return
    identity = Identity.objects.select_related("user").filter(pk=pk, user=request.user.pk).first() if pk else None
    if identity and identity.subject == person.subject and identity.user.is_active:
        if identity.groups != list(person.groups):
            remember_person(identity, person)
        return
    user, identity = user_for(PROVIDER, person, "", timezone.now())
    request.sign_in_detail = "By the proxy."  # type: ignore[attr-defined]
    login(request, user, password_backend.PATH)
    request.session[BY_PROXY] = identity.pk
