"""People, groups of people, and their grants."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from ninja import Field, Query, Router, Schema

from accounts.models import Grant
from accounts.people import queries
from accounts.people.changes import MANAGE
from api.kit.access import ApiRequest, everywhere
from api.kit.paging import paged
from api.kit.problems import named
from api.kit.types import Listing, Page

router = Router(tags=["People"])
PEOPLE, PERSON = "/people", "/people/{name:person}"
TEAMS, TEAM = "/user-groups", "/user-groups/{name:team}"


class GrantOut(Schema):
    """What was granted: a role, or some actions, on clusters and resources by glob."""

    id: int
    role: str = Field(description="`viewer`, `operator`, `admin`, or `custom` for a choice of actions.")
    actions: list[str] = Field(description="Of a custom grant.")
    clusters: str
    resources: str


class PersonOut(Schema):
    """A person, without their password."""

    username: str
    first_name: str
    last_name: str
    email: str
    is_active: bool = Field(description="Whether they may sign in.")
    is_superuser: bool = Field(description="Whether they may do everything, everywhere.")
    groups: list[str]
    grants: list[GrantOut] = Field(description="Their own; those of their groups come on top.")
    last_login: datetime | None

    @staticmethod
    def resolve_groups(person: User) -> list[str]:
        return sorted(group.name for group in person.groups.all())

    @staticmethod
    def resolve_grants(person: User) -> list[Grant]:
        return list(person.grant_set.all())


class TeamOut(Schema):
    """A group of people."""

    name: str
    members: list[str]
    grants: list[GrantOut]

    @staticmethod
    def resolve_members(team: Group) -> list[str]:
        return sorted(user.username for user in team.user_set.all())

    @staticmethod
    def resolve_grants(team: Group) -> list[Grant]:
        return list(team.grant_set.all())


@router.get(PEOPLE, response=Page[PersonOut], auth=everywhere(MANAGE))
def list_people(request: ApiRequest, params: Query[Listing]) -> dict[str, Any]:
    """List people with their grants."""
    return paged(queries.people(params.q), params, "username")


@router.get(PERSON, response=PersonOut, auth=everywhere(MANAGE))
def show_person(request: ApiRequest, person: str) -> User:
    """Show one person."""
    return named(queries.people(), "username", person, "person")


@router.get(TEAMS, response=Page[TeamOut], auth=everywhere(MANAGE))
def list_user_groups(request: ApiRequest, params: Query[Listing]) -> dict[str, Any]:
    """List groups of people with their grants."""
    return paged(queries.teams(params.q), params, "name")


@router.get(TEAM, response=TeamOut, auth=everywhere(MANAGE))
def show_user_group(request: ApiRequest, team: str) -> Group:
    """Show one group of people."""
    return named(queries.teams(), "name", team, "group of people")
