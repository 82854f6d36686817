"""Whether somebody who signed in at a provider is still known there: asked at most once a minute, while they work."""

import logging
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from accounts.models import Identity
from accounts.people.credentials import end_sessions
from accounts.single_sign_on.claims import ClaimError, Person, person_of
from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.flow import SignedIn, renew
from accounts.single_sign_on.identities import kept_token, remember_person
from accounts.single_sign_on.ldap.directories import configured_directories
from accounts.single_sign_on.providers import PROXY, Provider, configured
from accounts.single_sign_on.proxy import is_configured
from core.encryption import SecretValues

EVERY = timedelta(minutes=1)
logger = logging.getLogger(__name__)


def is_current(identity: Identity, now: datetime) -> bool:
    """Tell whether an account may still be used; where its provider says no, its user's sessions end.

    A provider that is away, or gave nothing to ask by, is no reason to end anything.
    """
    if identity.provider == PROXY:  # its headers say so at each request of a browser
        return identity.user.is_active and is_configured()
    if identity.provider in configured_directories():
        return is_in_directory(identity, now)
    provider = configured().get(identity.provider)
    if identity.ended or provider is None or not identity.user.is_active:
        return False
    if identity.secrets.get("issuer", provider.issuer) != provider.issuer:  # its token goes to no other one
        return False
    refresh_token = identity.secrets.get("refresh_token", "")
    if not refresh_token or now - identity.checked_at < EVERY:
        return True
    if not Identity.objects.filter(pk=identity.pk, checked_at=identity.checked_at).update(checked_at=now):
        return True  # another process asks
    return still_known(identity, provider, refresh_token, now)


def is_in_directory(identity: Identity, now: datetime) -> bool:
    """Tell whether an account is still in its directory, and not locked there."""
    if identity.ended or not identity.user.is_active:
        return False
    if now - identity.checked_at < EVERY:
        return True
    if not Identity.objects.filter(pk=identity.pk, checked_at=identity.checked_at).update(checked_at=now):
        return True  # another process asks
    from accounts.single_sign_on.ldap.asking import still_there  # not loaded where there is no directory

    directory = configured_directories()[identity.provider]
    try:
        person = still_there(directory, identity.subject)
    except ProviderAway as failure:
        logger.warning("%s could not be asked about %s: %s", directory.title, identity.user, failure)
        return True
    except (SignInRefused, ClaimError) as error:
        logger.warning("%s does not know %s any more: %s", directory.title, identity.user, error)
        person = None
    current = Identity.objects.select_related("user").filter(pk=identity.pk, ended=False).first()
    if person is None or current is None:
        end(identity)
        return False
    remember_person(current, person)
    return True


def still_known(identity: Identity, provider: Provider, refresh_token: str, now: datetime) -> bool:
    try:
        signed_in = renew(provider, refresh_token, now)
    except SignInRefused as failure:
        logger.warning("%s could not be asked about %s: %s", provider.title, identity.user, failure)
        return True
    person = person_in(signed_in, provider)
    with transaction.atomic():
        identities = Identity.objects.select_for_update().select_related("user").filter(pk=identity.pk, checked_at=now)
        current = identities.first()
        if current is None:  # they signed in anew meanwhile: what was asked is about a token of the past
            return Identity.objects.filter(pk=identity.pk, ended=False).exists()
        if signed_in is None or (person and person.subject != identity.subject):
            end(current)
            return False
        current.secrets = kept_token(provider, signed_in.refresh_token)
        remember_person(current, person) if person else current.save()
    return True


def person_in(signed_in: SignedIn | None, provider: Provider) -> Person | None:
    """Return whom a provider's claims are about; None where they do not say."""
    try:
        return person_of(signed_in.claims, provider) if signed_in and signed_in.claims else None
    except ClaimError as error:
        logger.warning("%s does not say about whom it speaks: %s", provider.title, error)
        return None


def end(identity: Identity) -> None:
    """Let an account open nothing until its next sign-in: no session, and no token of its user."""
    logger.info("%s is not signed in at %s any more.", identity.user, identity.provider)
    Identity.objects.filter(pk=identity.pk).update(ended=True, secrets=SecretValues())
    end_sessions([identity.user_id])


def may_act(user: User, now: datetime) -> bool:
    """Tell whether a user's tokens are accepted: local users' are, others' as long as their provider knows them."""
    return all(is_current(identity, now) for identity in user.identities.select_related("user"))
