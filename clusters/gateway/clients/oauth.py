"""OAuth access tokens by client credentials (RFC 6749 section 4.4), for kafka-python; librdkafka fetches its own."""

import json
import time
import urllib.parse
import urllib.request

from kafka.net.sasl.oauth import AbstractTokenProvider

TIMEOUT = 4.0
USED = 0.8  # share of a token's lifetime after which a new one is fetched


class TokenProvider(AbstractTokenProvider):  # type: ignore[misc]
    """Fetches a token when a connection signs in, and reuses it until shortly before it expires."""

    def __init__(self, url: str, client_id: str, secret: str, scope: str) -> None:
        if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("the token URL must begin with https:// or http://")
        self.url = url
        self.values = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        if scope:
            self.values["scope"] = scope
        self.access_token, self.good_until = "", 0.0

    def token(self) -> str:
        """Return an access token.

        Raises:
            OSError: the endpoint does not answer, or refuses.
        """
        if time.monotonic() < self.good_until:
            return self.access_token
        body = urllib.parse.urlencode(self.values).encode()
        request = urllib.request.Request(self.url, body)  # noqa: S310 - the scheme was checked
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
            token = json.load(response)
        self.access_token = str(token["access_token"])
        self.good_until = time.monotonic() + float(token.get("expires_in", 0)) * USED
        return self.access_token

    def extensions(self) -> dict[str, str]:
        return {}
