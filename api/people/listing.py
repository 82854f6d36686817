"""People, groups of people, and their grants."""

from datetime import datetime
from typing import Any, Literal

from django.contrib.auth.models import Group, User
from ninja import Field, Query, Router, Schema

from accounts.models import CompanyGroup, Grant
from accounts.people import queries
from accounts.people.changes import MANAGE
from api.kit.access import ApiRequest, everywhere
from api.kit.paging import paged
from api.kit.problems import named
from api.kit.types import Listing, Page

router = Router(tags=["Users and teams"])
PEOPLE, PERSON = "/people", "/people/{name:person}"
TEAMS, TEAM = "/user-groups", "/user-groups/{name:team}"


class GrantOut(Schema):
    """A role, or selected actions, on clusters and resources by glob."""

    id: int
    role: str = Field(description="`viewer`, `operator`, `admin`, or `custom` for selected actions.")
    actions: list[str] = Field(description="For the role `custom`.")
    clusters: str
    resources: str


class PersonOut(Schema):
    """A user, without the password."""

    username: str
    first_name: str
    last_name: str
    email: str
    is_active: bool = Field(description="Whether the user is active.")
    is_superuser: bool = Field(description="Whether the user is a superuser with full access.")
    groups: list[str]
    grants: list[GrantOut] = Field(description="Direct roles; roles of teams are added.")
    last_login: datetime | None
    has_second_factor: bool = Field(description="Whether the user has set up a second factor.")

    @staticmethod
    def resolve_has_second_factor(person: User) -> bool:
        return hasattr(person, "second_factor")

    @staticmethod
    def resolve_groups(person: User) -> list[str]:
        return sorted(group.name for group in person.groups.all())

    @staticmethod
    def resolve_grants(person: User) -> list[Grant]:
        return list(person.grant_set.all())


class CompanyGroupOut(Schema):
    """What leads to a team: a group of the company, a user name there, or everybody else."""

    id: int
    provider: str = Field(description="Name of the provider; empty for any.")
    kind: Literal["group", "user", "everybody-else"]
    match: Literal["exact", "any-case", "pattern"]
    name: str = Field(description="A regular expression for the match `pattern`, otherwise a name.")


class TeamOut(Schema):
    """A team."""

    name: str
    members: list[str] = Field(description="Users who were put into it; those of groups of the company are not listed.")
    grants: list[GrantOut]
    company_groups: list[CompanyGroupOut]
    managed_by: str = Field(description="The configuration that declares the team; empty for one that is edited here.")

    @staticmethod
    def resolve_members(team: Group) -> list[str]:
        return sorted(user.username for user in team.user_set.all())

    @staticmethod
    def resolve_grants(team: Group) -> list[Grant]:
        return list(team.grant_set.all())

    @staticmethod
    def resolve_company_groups(team: Group) -> list[CompanyGroup]:
        return list(team.company_groups.all())

    @staticmethod
    def resolve_managed_by(team: Group) -> str:
        return team.declaration.source if hasattr(team, "declaration") else ""


@router.get(PEOPLE, response=Page[PersonOut], auth=everywhere(MANAGE))
def list_people(request: ApiRequest, params: Query[Listing]) -> dict[str, Any]:
    """List users with their roles."""
    return paged(queries.people(params.q), params, "username")


@router.get(PERSON, response=PersonOut, auth=everywhere(MANAGE))
def show_person(request: ApiRequest, person: str) -> User:
    """Show one user."""
    return named(queries.people(), "username", person, "person")


@router.get(TEAMS, response=Page[TeamOut], auth=everywhere(MANAGE))
def list_user_groups(request: ApiRequest, params: Query[Listing]) -> dict[str, Any]:
    """List teams with their roles."""
    return paged(queries.teams(params.q), params, "name")


@router.get(TEAM, response=TeamOut, auth=everywhere(MANAGE))
def show_user_group(request: ApiRequest, team: str) -> Group:
    """Show one team."""
    return named(queries.teams(), "name", team, "team")
