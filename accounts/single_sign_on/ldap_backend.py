"""Signing in with a directory's user name and password, on the form of local users. The password is kept nowhere."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from accounts.single_sign_on.claims import ClaimError
from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.identities import user_for
from accounts.single_sign_on.ldap.directories import Directory, configured_directories


class LdapBackend(ModelBackend):
    """Asks the directories in their order, after kafkaadmin's own users."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Any:
        """Return the user of a directory's account, with the identity as ``user.signed_in_identity``.

        Raises:
            SignInRefused: the password may be right, but they may not sign in, or no server answers. It was wrong for
                a user of kafkaadmin's own, and is counted: nobody guesses these while a directory is away.
        """
        try:
            signed_in = first_user(username or "", password or "")
        except SignInRefused:
            if User.objects.filter(username=username).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists():
                user_login_failed.send(__name__, credentials={"username": username}, request=request)
            raise
        if signed_in is None:
            return None
        user, directory = signed_in
        if request is not None:
            request.sign_in_detail = f"At {directory.title.rstrip('.')}."  # type: ignore[attr-defined]
        return user


def first_user(username: str, password: str) -> tuple[User, Directory] | None:
    """Return the user of the first directory that knows them by this password.

    Raises:
        SignInRefused: one refuses them.
        ProviderAway: none knows them, and one was not there to ask.
    """
    away: ProviderAway | None = None
    for directory in configured_directories().values():
        try:
            user = user_of(directory, username, password)
        except ProviderAway as failure:
            away = failure
            continue
        if user is not None:
            return user, directory
    if away:
        raise away
    return None


def user_of(directory: Directory, username: str, password: str) -> User | None:
    from accounts.single_sign_on.ldap.asking import sign_in  # not loaded where there is no directory

    try:
        person = sign_in(directory, username.strip(), password)
        if person is None:
            return None
        user, identity = user_for(directory.provider, person, "", timezone.now())
    except ClaimError as error:
        raise SignInRefused(f"{directory.title} does not say who you are: {error}") from error
    user.signed_in_identity = identity.pk  # type: ignore[attr-defined]
    return user
