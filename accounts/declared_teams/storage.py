"""Stores declared teams: exactly what their source says, changed by nothing else, and recorded where that differs."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.declared_teams.document import DeclaredTeam, DeclaredTeams
from accounts.declared_teams.recording import note
from accounts.declared_teams.users import store_users
from accounts.models import CompanyGroup, Grant, TeamDeclaration
from accounts.single_sign_on.identities import place_everybody

TAKEN = "{path}: there is a team {name} already that is not managed by configuration. Rename one of them."


@transaction.atomic
def store(declared: DeclaredTeams) -> list[str]:
    """Store the teams of a source, and remove those that it no longer declares; those that failed stay as they were.

    Returns:
        What is wrong.
    """
    failures, changed = list(declared.failures), False
    for team in declared.teams:
        declaration = TeamDeclaration.objects.select_related("team").filter(team__name=team.name).first()
        if declaration is None and Group.objects.filter(name=team.name).exists():
            failures.append(TAKEN.format(path=team.path, name=team.name))
        elif declaration and declaration.source != declared.source:
            failures.append(f"{team.path}: the {declaration.source} declares a team {team.name}, too.")
        else:
            changed |= store_team(declared.source, team)
    if not declared.failures:
        changed |= remove_others(declared)
    if changed:
        place_everybody()
    return [*failures, *store_users(declared)]


def store_team(source: str, declared: DeclaredTeam) -> bool:
    """Make a team what its declaration says; tell whether it was something else."""
    team, _ = Group.objects.get_or_create(name=declared.name)
    TeamDeclaration.objects.get_or_create(team=team, defaults={"source": source})
    before, after = described(team), sorted([*lines_of_subjects(declared), *lines_of_grants(declared)])
    if before == after:
        return False
    team.company_groups.all().delete()
    Grant.objects.filter(group=team).delete()
    CompanyGroup.objects.bulk_create(company_groups_of(team, declared))
    Grant.objects.bulk_create(grants_of(team, declared))
    note(team.name, "; ".join(before) or None, "; ".join(after))
    return True


def remove_others(declared: DeclaredTeams) -> bool:
    names = [team.name for team in declared.teams]
    others = TeamDeclaration.objects.filter(source=declared.source).exclude(team__name__in=names)
    teams = list(Group.objects.filter(declaration__in=others))
    for team in teams:
        note(team.name, "; ".join(described(team)) or team.name, None)
        team.delete()
    return bool(teams)


def company_groups_of(team: Group, declared: DeclaredTeam) -> list[CompanyGroup]:
    return [
        CompanyGroup(team=team, provider=each.provider, kind=each.kind, match=each.match, name=each.name)
        for each in declared.subjects
    ]


def grants_of(team: Group, declared: DeclaredTeam) -> list[Grant]:
    return [
        Grant(
            group=team,
            role=each.role,
            clusters=each.clusters,
            resources=each.resources,
            actions=sorted(each.actions),
        )
        for each in declared.allowances
    ]


def lines_of_subjects(declared: DeclaredTeam) -> list[str]:
    return [str(each) for each in company_groups_of(Group(name=declared.name), declared)]


def lines_of_grants(declared: DeclaredTeam) -> list[str]:
    return [str(each) for each in grants_of(Group(name=declared.name), declared)]


def described(team: Group) -> list[str]:
    """Return who is in a team and what they may do, in lines that differ where these do."""
    rows: Iterable[object] = [*team.company_groups.all(), *team.grant_set.all()]
    return sorted(map(str, rows))


def objection_to_declared(team: Group | None) -> str:
    """Return why a team cannot be changed here, or nothing."""
    declaration = TeamDeclaration.objects.filter(team=team.pk).first() if team and team.pk else None
    if declaration is None:
        return ""
    return f"The team {team} is managed by configuration ({declaration.source}). Change it there."
