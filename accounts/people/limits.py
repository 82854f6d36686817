"""Nobody gives, takes or changes more than they have: who manages people could make themselves anything otherwise."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, User

from accounts.declared_teams.storage import objection_to_declared
from accounts.models import Grant, grants_of
from accounts.permissions import Allowance, beyond

EVERYTHING = Allowance("admin")


def objection_to(own: Iterable[Allowance], others: Iterable[Allowance]) -> str:
    """Return why somebody may not give or change these allowances, or nothing."""
    excess = beyond(own, others)
    if not excess:
        return ""
    first = excess[0]
    what = ", ".join(sorted(first.actions)) or first.role
    return f"You can only grant access that you have yourself: {what} on {first.clusters}/{first.resources} exceeds it."


def objection_to_grant(own: Iterable[Allowance], grant: Grant) -> str:
    """Return why somebody may not remove a grant, or nothing."""
    return objection_to_declared(grant.group) or objection_to(own, [grant.allowance])


def objection_to_person(own: Iterable[Allowance], person: User) -> str:
    """Return why somebody may not change a person, who may do more than they, or nothing."""
    if person.pk is None:
        return ""
    grants = grants_of(person)
    return objection_to(own, [*([EVERYTHING] if person.is_superuser else []), *(grant.allowance for grant in grants)])


def objection_to_change_of(own: Iterable[Allowance], team: Group) -> str:
    """Return why somebody may not change a team itself, or nothing."""
    return objection_to_declared(team) or objection_to_group(own, team)


def objection_to_group(own: Iterable[Allowance], group: Group) -> str:
    """Return why somebody may not change a group, or put people into it, or nothing."""
    return objection_to(own, [grant.allowance for grant in Grant.objects.filter(group=group.pk)])
