"""What somebody would get who signs in, and why; nobody is signed in, and nothing is saved."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, User

from accounts.declared_teams.subjects import Account
from accounts.models import CompanyGroup, Grant, Identity
from accounts.single_sign_on.claims import Person
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.identities import DEACTIVATED, free_name, teams_for
from accounts.single_sign_on.providers import Provider


@dataclass(frozen=True)
class Reason:
    """A team, the company's group that leads to it, and what the team may do."""

    team: Group
    company_group: CompanyGroup
    grants: list[Grant]


@dataclass(frozen=True)
class Outcome:
    """What a sign-in would come to: the user, new or known, or a refusal; their teams, and roles given to them."""

    username: str
    is_new: bool
    refusal: str
    reasons: list[Reason]
    direct: list[Grant]
    is_superuser: bool = False


def reasons_for(account: Account) -> list[Reason]:
    """Return the teams of an account, and why."""
    return [Reason(team, each, list(team.grant_set.all())) for team, each in teams_for(account)]


def outcome_of(provider: Provider, person: Person, refusal: str = "") -> Outcome:
    """Return what a sign-in of a person would come to."""
    identity = Identity.objects.filter(provider=provider.name, subject=person.subject).select_related("user").first()
    reasons = reasons_for(Account(provider.name, person.account_name, person.groups))
    if identity is not None:
        return outcome_of_known(identity.user, reasons, refusal)
    try:
        return Outcome(free_name(provider, person), True, refusal, reasons, [])
    except SignInRefused as taken:
        return Outcome(person.username, True, refusal or taken.sentence, reasons, [])


def outcome_of_known(user: User, reasons: list[Reason], refusal: str) -> Outcome:
    refusal = refusal or ("" if user.is_active else DEACTIVATED)
    direct = list(Grant.objects.filter(user=user)) + list(Grant.objects.filter(group__user=user))
    return Outcome(user.username, False, refusal, reasons, direct, user.is_superuser)
