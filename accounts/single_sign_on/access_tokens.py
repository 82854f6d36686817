"""Access tokens (JWT) that a provider issued for kafkaadmin's API: whose they are, and what their owner may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Q
from joserfc import jws
from joserfc.errors import JoseError

from accounts.declared_teams.subjects import Account
from accounts.models import Grant, Identity, allowances
from accounts.permissions import Allowance
from accounts.single_sign_on.claims import ClaimError, Person, at_path, person_of
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.id_tokens import LONGEST, REGISTRY, read_token, refused
from accounts.single_sign_on.identities import DEACTIVATED, teams_for, user_for
from accounts.single_sign_on.providers import Provider, configured
from core.json_text import read_json

OF_OTHERS = {"nonce", "at_hash", "c_hash", "events"}  # claims that only ID tokens and logout tokens have
OTHER_KINDS = {"ID", "Refresh", "Logout", "Offline"}  # as Keycloak calls them


@dataclass(frozen=True)
class Bearer:
    """Who sends an access token, where it is from, and what they may do by the groups that it names."""

    user: User
    provider: Provider
    allowances: tuple[Allowance, ...]


def is_jwt(secret: str) -> bool:
    return secret.count(".") == 2


def bearer_of(token: str, now: datetime) -> Bearer:
    """Return whose an access token is; somebody who comes for the first time is made a user.

    Raises:
        SignInRefused: it is not accepted; the sentence says why.
        ProviderAway: the keys to check it by cannot be had.
    """
    provider = issuer_of(token)
    claims = read_token(provider, token, now, audience=provider.api_audience)
    if claims.get("typ") in OTHER_KINDS or OF_OTHERS & claims.keys():
        raise refused("it is no access token")
    try:
        person = person_of(claims, provider)
    except ClaimError as error:
        raise SignInRefused(f"{provider.title} does not say who you are: {error}") from error
    identity = Identity.objects.select_related("user").filter(provider=provider.name, subject=person.subject).first()
    if identity is None:
        _, identity = user_for(provider, person, "", now)
    if not identity.user.is_active:
        raise SignInRefused(DEACTIVATED, "Ask an administrator of kafkaadmin.")
    return Bearer(identity.user, provider, tuple(covered(identity, person, provider, claims)))


def issuer_of(token: str) -> Provider:
    """Return the provider that a token says it is from, before anything of it is believed."""
    if len(token) > LONGEST:
        raise refused("it is too large")
    try:
        claims = read_json(jws.extract_compact(token.encode(), registry=REGISTRY).payload)
        issuer = claims["iss"]
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise refused("it cannot be read") from error
    accepting = [provider for provider in configured().values() if provider.api_audience]
    provider = next((each for each in accepting if each.issuer == issuer), None)
    if provider is None:
        raise refused("it is of an issuer whose tokens are not accepted here")
    return provider


def covered(identity: Identity, person: Person, provider: Provider, claims: dict[str, Any]) -> list[Allowance]:
    """Return what somebody may do: by the groups that a token names, or by their last sign-in if it names none."""
    user = identity.user
    if user.is_superuser or at_path(claims, provider.groups_claim) is None:
        return allowances(user)
    account = Account(identity.provider, person.account_name, person.groups)
    teams = [team.pk for team, _ in teams_for(account)]
    own = Group.objects.filter(Q(user=user.pk) | Q(pk__in=teams))
    return [grant.allowance for grant in Grant.objects.filter(Q(user=user.pk) | Q(group__in=own)).distinct()]
