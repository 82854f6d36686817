"""A provider's own description of itself, and its keys; kept for a while, its keys fetched anew when one is unknown."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any
from urllib.parse import quote

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from accounts.single_sign_on.errors import ProviderAway
from accounts.single_sign_on.github import metadata_of
from accounts.single_sign_on.providers import GITHUB, Provider
from core.outgoing import Access, OutgoingFailure, exchange

SECONDS, MAX_BYTES = 4.0, 2_000_000
KEPT_SECONDS = 600.0
AGAIN_SECONDS = 30.0  # between two fetches of keys because of one that is unknown
PATIENCE_SECONDS = 1.0  # for keys that another thread fetches just now
AWAY_SECONDS = 10.0  # for which a provider that did not answer is not asked again: nobody else has to wait as long
WELL_KNOWN = "/.well-known/openid-configuration"
CHECK = "Check the issuer in kafkaadmin's configuration, and that kafkaadmin can reach it."
_kept: dict[Provider, "Endpoints"] = {}
_failed: dict[Provider, tuple[float, ProviderAway]] = {}
_fetching: dict[Provider, Event] = {}
_lock = Lock()


@dataclass
class Endpoints:
    """Where a provider answers, and the keys it signs with."""

    provider: Provider
    metadata: Mapping[str, Any]
    keys: KeySet
    fetched: float = field(default_factory=time.monotonic)

    def url(self, name: str) -> str:
        """Return the URL of an endpoint; empty where the provider has none."""
        return url_in(self.metadata, name)

    def needed_url(self, name: str) -> str:
        """Raises ProviderAway: the provider has no such endpoint."""
        url = self.url(name)
        if not url:
            raise ProviderAway(f"{self.provider.title} names no {name}.", CHECK)
        return url


def url_in(metadata: Mapping[str, Any], name: str) -> str:
    """Return a URL of a provider's description; empty where it has none."""
    value = metadata.get(name)
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""


def endpoints_of(provider: Provider, *, anew: bool = False) -> Endpoints:
    """Return a provider's endpoints and keys; ``anew``: a key was unknown, unless they have just been fetched.

    Raises:
        ProviderAway: it does not answer, or is another one than configured.
    """
    with _lock:
        kept, (failed, failure) = _kept.get(provider), _failed.get(provider, (0.0, None))
    now, pause = time.monotonic(), AGAIN_SECONDS if anew else AWAY_SECONDS
    if kept and now - kept.fetched < (AGAIN_SECONDS if anew else KEPT_SECONDS):
        return kept
    if not failure or now - failed >= pause:
        if kept and (fetching := claim_fetching(provider)):  # a slow provider must not hold all threads
            fetching.wait(PATIENCE_SECONDS if anew else 0)
            with _lock:
                return _kept.get(provider, kept)
        try:
            return fetch_and_keep(provider)
        except ProviderAway as error:
            failure = error
    if kept and not anew:  # what was known is better than nobody signing in
        return kept
    raise ProviderAway(failure.sentence, failure.advice)


def claim_fetching(provider: Provider) -> Event | None:
    """Return what tells when somebody else has fetched a provider's endpoints; None where the caller has to."""
    with _lock:
        fetching = _fetching.get(provider)
        if fetching is None:
            _fetching[provider] = Event()
        return fetching


def fetch_and_keep(provider: Provider) -> Endpoints:
    """Raises ProviderAway: it does not answer, or is another one than configured; that is kept, too."""
    try:
        fetched = fetch(provider)
    except ProviderAway as failure:
        with _lock:
            _failed[provider] = time.monotonic(), failure
        raise
    else:
        with _lock:
            _kept[provider] = fetched
            _failed.pop(provider, None)
        return fetched
    finally:
        with _lock:
            event = _fetching.pop(provider, None)
        if event:
            event.set()


def fetch(provider: Provider) -> Endpoints:
    """Raises ProviderAway: it does not answer, or is another one than configured."""
    if provider.kind == GITHUB:
        return Endpoints(provider, metadata_of(provider), KeySet([]))
    metadata = get_json(provider, f"{provider.issuer.rstrip('/')}{WELL_KNOWN}")
    issuer = metadata.get("issuer")
    if issuer != provider.issuer:
        raise ProviderAway(f"Another issuer answers at {provider.issuer}: {str(issuer)[:200]}.", CHECK)
    keys_url = url_in(metadata, "jwks_uri")
    if not keys_url:
        raise ProviderAway(f"{provider.title} names no keys (jwks_uri).", CHECK)
    return Endpoints(provider, metadata, read_keys(provider, get_json(provider, keys_url)))


def read_keys(provider: Provider, document: Mapping[str, Any]) -> KeySet:
    """Return the keys for signatures; a kind that nobody knows does not spoil the others."""
    entries = document.get("keys")
    keys = KeySet([])
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("use", "sig") == "sig" and entry.get("kty") in {"RSA", "EC", "OKP"}:
            try:
                keys.keys.extend(KeySet.import_key_set({"keys": [entry]}).keys)
            except (JoseError, ValueError, TypeError):
                continue
    if not keys.keys:
        raise ProviderAway(f"{provider.title} publishes no keys that can be used.", CHECK)
    return keys


def get_json(provider: Provider, url: str, token: str = "") -> dict[str, Any]:
    """Raises ProviderAway: no JSON object came."""
    return ask(provider, url, Access(ca_pem=provider.ca_pem, token=token))[1]


def post(provider: Provider, url: str, fields: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Send a form as the client, by its secret where it has one; return the status and the JSON object.

    Raises:
        ProviderAway: no JSON object came.
    """
    sent = dict(fields)
    headers = (("Accept", "application/json"),)  # GitHub answers with a form otherwise
    access = Access(ca_pem=provider.ca_pem, headers=headers)
    methods = endpoints_of(provider).metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if not provider.client_secret:
        sent["client_id"] = provider.client_id
    elif "client_secret_basic" in methods:  # both are form-encoded first: RFC 6749, 2.3.1
        access = Access(
            quote(provider.client_id, safe=""),
            quote(provider.client_secret, safe=""),
            ca_pem=provider.ca_pem,
            headers=headers,
        )
    else:
        sent |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    return ask(provider, url, access, sent)


def ask(
    provider: Provider, url: str, access: Access, fields: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    try:
        response = exchange(
            url, access, seconds=SECONDS, max_bytes=MAX_BYTES, method="GET" if fields is None else "POST", data=fields
        )
    except OutgoingFailure as failure:
        raise ProviderAway(f"{provider.title} cannot be reached: {failure.sentence}", failure.advice) from failure
    try:
        document = json.loads(response.text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or (fields is None and response.status != 200):
        raise ProviderAway(f"{provider.title} answers {url} with status {response.status} and nothing usable.", CHECK)
    return response.status, document
