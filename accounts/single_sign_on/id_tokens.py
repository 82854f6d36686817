"""Tokens that a provider signed: whether they are genuine, meant for us, and of now. Pure but for fetching keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from accounts.single_sign_on.endpoints import endpoints_of
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.providers import Provider

# Signatures with the provider's private key only: neither none, nor a secret that others know.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SKEW = 60  # seconds by which clocks may differ
LONGEST = 500_000  # characters


class Registry(jws.JWSRegistry):
    """Has room for the groups of a large company, and for certificates in the header."""

    max_header_length, max_payload_length = 20_000, LONGEST


REGISTRY = Registry(algorithms=ALGORITHMS)
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


def read_token(provider: Provider, token: str, now: datetime, *, audience: str = "") -> dict[str, Any]:
    """Return the claims of a token that the provider signed for us and that is valid now.

    ``audience`` is that of access tokens for the API, which any application may have been given.

    Raises:
        SignInRefused: it is not; the sentence says what is wrong with it.
    """
    if len(token) > LONGEST:
        raise SignInRefused("The provider's token is too large.", "Let it send fewer claims.")
    try:
        claims = signed(token, endpoints_of(provider).keys)
        if claims is None:
            claims = signed(token, endpoints_of(provider, anew=True).keys)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise refused("its signature is not valid") from error
    if claims is None:
        raise refused("its signature is by a key that the provider does not publish")
    check(claims, provider, now, audience)
    return dict(claims)


def signed(token: str, keys: KeySet) -> Mapping[str, Any] | None:
    """Return the claims of a token; None where its key is not among these."""
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS, registry=REGISTRY).claims
    except InvalidKeyIdError:
        return None


def check(claims: Mapping[str, Any], provider: Provider, now: datetime, expected: str = "") -> None:
    """Raises SignInRefused: the claims are of another issuer, for somebody else, or not of now."""
    registry = jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=SKEW)
    try:
        registry.validate(dict(claims))
    except JoseError as error:
        raise refused("it has expired, or is not valid yet; check the clocks") from error
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != provider.issuer:
        raise refused("it is of another issuer")
    if (expected or provider.client_id) not in audiences:
        raise refused("it is meant for another application")
    if not expected and claims.get("azp", provider.client_id) != provider.client_id:
        raise refused("it was issued to another application")
    if not isinstance(claims.get("exp"), int | float) or not isinstance(claims.get("iat"), int | float):
        raise refused("it does not say when it was issued, and when it expires")


def refused(reason: str) -> SignInRefused:
    return SignInRefused(f"The provider's token was not accepted: {reason}.", "Sign in again.")


def is_logout(claims: Mapping[str, Any]) -> bool:
    """Tell whether a token says that a person, or one of their sessions, ended at the provider."""
    events = claims.get("events")
    return isinstance(events, Mapping) and LOGOUT in events and "nonce" not in claims
