"""OAuth access tokens by client credentials (RFC 6749 section 4.4), for kafka-python; librdkafka fetches its own."""

import json
import urllib.parse
import urllib.request

TIMEOUT = 4.0


class TokenProvider:
    """Fetches a token whenever a connection signs in."""

    def __init__(self, url: str, client_id: str, secret: str, scope: str) -> None:
        if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("the token URL must begin with https:// or http://")
        self.url = url
        self.values = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        if scope:
            self.values["scope"] = scope

    def token(self) -> str:
        """Return an access token.

        Raises:
            OSError: the endpoint does not answer, or refuses.
        """
        body = urllib.parse.urlencode(self.values).encode()
        request = urllib.request.Request(self.url, body)  # noqa: S310 - the scheme was checked
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            token: str = json.load(answer)["access_token"]
        return token

    def extensions(self) -> dict[str, str]:
        """Return no SASL extensions."""
        return {}
