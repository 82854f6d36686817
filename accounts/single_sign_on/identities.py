"""Users of a company's provider: made at their first sign-in, brought up to date at each."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from accounts.anonymous import NAME as ANONYMOUS
from accounts.declared_teams.subjects import Account, leading
from accounts.models import CompanyGroup, Identity
from accounts.single_sign_on.claims import Person
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.providers import Provider
from core.encryption import SecretValues

AT_ONCE = 500  # rows of one statement
DEACTIVATED = "An administrator of kafkaadmin has deactivated your account."
TAKEN = "Other users have the names {first} and {second} already."


def user_for(provider: Provider, person: Person, refresh_token: str, now: datetime) -> tuple[User, Identity]:
    """Return the user whom a provider means, made if they come for the first time, with the groups they have now.

    Raises:
        SignInRefused: they are deactivated here, or their name belongs to somebody else.
    """
    try:
        return signed_in_user(provider, person, refresh_token, now)
    except IntegrityError:  # their browser's other request made them
        return signed_in_user(provider, person, refresh_token, now)


@transaction.atomic
def signed_in_user(provider: Provider, person: Person, refresh_token: str, now: datetime) -> tuple[User, Identity]:
    rows = Identity.objects.select_for_update().select_related("user")
    identity = rows.filter(provider=provider.name, subject=person.subject).first()
    if identity is None:
        user = new_user(provider, person)
        identity = Identity(user=user, provider=provider.name, subject=person.subject)
    if not identity.user.is_active:
        raise SignInRefused(DEACTIVATED, "Ask an administrator of kafkaadmin.")
    user = identity.user
    user.first_name, user.last_name, user.email = person.first_name, person.last_name, person.email
    user.save(update_fields=["first_name", "last_name", "email"])
    identity.secrets = kept_token(provider, refresh_token)
    identity.checked_at, identity.ended = now, False
    remember_person(identity, person)
    return user, identity


def kept_token(provider: Provider, refresh_token: str) -> SecretValues:
    """Return what is kept to ask a provider by again: bound to it, whatever is called by its name later."""
    return SecretValues({"refresh_token": refresh_token, "issuer": provider.issuer} if refresh_token else {})


def new_user(provider: Provider, person: Person) -> User:
    """Return a user without a password.

    Raises:
        SignInRefused: their names belong to somebody.
    """
    return User.objects.create_user(free_name(provider, person))  # without a password none fits


def free_name(provider: Provider, person: Person) -> str:
    """Return the name of a new user. One that somebody has, who is not meant, gets the provider's behind it.

    Raises:
        SignInRefused: that name belongs to somebody, too.
    """
    second = f"{person.username[: 149 - len(provider.name)]}@{provider.name}"
    for name in (person.username, second):
        # Who has the name of the user of requests without a session would share tokens with all of them.
        if name.lower() != ANONYMOUS and not User.objects.filter(username__iexact=name).exists():
            return name
    raise SignInRefused(TAKEN.format(first=person.username, second=second), "Ask an administrator of kafkaadmin.")


def remember_person(identity: Identity, person: Person) -> None:
    """Keep somebody's name and groups at their provider, and put them into the teams that follow."""
    identity.username = person.account_name
    remember_groups(identity, person.groups)


def remember_groups(identity: Identity, groups: Iterable[str]) -> None:
    identity.groups = list(groups)
    identity.save()
    identity.teams.set([team for team, _ in teams_for(account_of(identity))])


def account_of(identity: Identity) -> Account:
    return Account(identity.provider, identity.username, identity.groups)


def teams_for(account: Account) -> list[tuple[Group, CompanyGroup]]:
    """Return the teams that an account is in, each with what leads to it."""
    company_groups = CompanyGroup.objects.filter(provider__in=["", account.provider]).select_related("team")
    return [(each.team, each) for each in leading(company_groups.order_by("pk"), account)]


def place_everybody() -> None:
    """Put everybody into the teams that follow from their groups, after it changed what these are for."""
    rows, company_groups = Identity.teams.through, list(CompanyGroup.objects.all())
    before = {(row.identity_id, row.group_id): row.pk for row in rows.objects.all()}
    after = {
        (identity.pk, each.team_id)
        for identity in Identity.objects.only("provider", "username", "groups").iterator(chunk_size=200)
        for each in leading(company_groups, account_of(identity))
    }
    ended = [pk for place, pk in before.items() if place not in after]
    for first in range(0, len(ended), AT_ONCE):
        rows.objects.filter(pk__in=ended[first : first + AT_ONCE]).delete()
    begun = [rows(identity_id=identity, group_id=team) for identity, team in after - before.keys()]
    rows.objects.bulk_create(begun, batch_size=AT_ONCE, ignore_conflicts=True)
