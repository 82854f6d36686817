"""OAuth access tokens by client credentials (RFC 6749 section 4.4): for kafka-python, schema registries and Kafka
Connect. librdkafka fetches its own.
"""

import time
from typing import Protocol
from urllib.parse import urlsplit

from kafka.net.sasl.oauth import AbstractTokenProvider

from core.json_text import read_json
from core.outgoing import OutgoingFailure, exchange

TIMEOUT = 4.0
MAX_BYTES = 1_000_000
MOST_KEPT = 100  # connections whose tokens a process keeps
USED = 0.8  # share of a token's lifetime after which a new one is fetched


class TokenProvider(AbstractTokenProvider):  # type: ignore[misc]
    """Fetches a token when a connection signs in, and reuses it until shortly before it expires."""

    def __init__(self, url: str, client_id: str, secret: str, scope: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("the token URL must start with https:// or http://")
        self.url = url
        self.values = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        if scope:
            self.values["scope"] = scope
        self.access_token, self.good_until = "", 0.0

    def token(self, seconds: float = TIMEOUT) -> str:
        """Return an access token, within a time.

        Raises:
            OSError: the endpoint does not answer, redirects, or refuses.
        """
        if time.monotonic() < self.good_until:
            return self.access_token
        try:
            response = exchange(self.url, seconds=seconds, max_bytes=MAX_BYTES, method="POST", data=self.values)
            if response.status != 200:
                raise OSError(f"{self.url} returned status {response.status}.")
            token = read_json(response.text)
            self.access_token = str(token["access_token"])
            self.good_until = time.monotonic() + float(token.get("expires_in", 0)) * USED
        except OutgoingFailure as failure:
            raise OSError(f"{failure.sentence} {failure.advice}") from failure
        except (ValueError, KeyError, TypeError) as error:
            raise OSError(f"The response of {self.url} has no access token.") from error
        return self.access_token

    def extensions(self) -> dict[str, str]:
        return {}


class Credentials(Protocol):
    """How a token is had, as connections have it; they are hashable, and differ where anything of theirs does."""

    @property
    def oauth_token_url(self) -> str: ...

    @property
    def oauth_client_id(self) -> str: ...

    @property
    def oauth_client_secret(self) -> str: ...

    @property
    def oauth_scope(self) -> str: ...


_providers: dict[Credentials, TokenProvider] = {}


def token_for(connection: Credentials, seconds: float) -> str:
    """Return a token for a connection, which is kept until shortly before it expires.

    Raises:
        OSError: there is none to be had.
        ValueError: the endpoint has no web address.
    """
    provider = _providers.get(connection)
    if provider is None:
        identity = (connection.oauth_client_id, connection.oauth_client_secret)
        provider = TokenProvider(connection.oauth_token_url, *identity, connection.oauth_scope)
        while len(_providers) >= MOST_KEPT:
            _providers.pop(next(iter(_providers)), None)
        _providers[connection] = provider
    return provider.token(seconds)


def forget_token(connection: Credentials) -> None:
    """Have a new token fetched next time, as the server did not accept this one."""
    _providers.pop(connection, None)
