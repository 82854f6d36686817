"""Adding roles to users and teams, and removing them."""

from typing import Any, Literal

from ninja import Field, Query, Status

from accounts.access import granted
from accounts.models import Grant
from accounts.people import changes
from accounts.people.changes import MANAGE
from accounts.people.forms import GrantForm
from accounts.people.limits import objection_to_grant
from api.kit.access import ApiRequest, everywhere
from api.kit.changes import CHANGED, Change, ChangeParams, change_own_records
from api.kit.problems import Refused
from api.kit.types import Body, Text
from api.people.listing import PERSON, TEAM, GrantOut, router, show_person, show_user_group
from api.people.people_changes import planned, require_own
from core.plan import Plan, Step

GRANT = "/grants/{int:grant}"


class GrantIn(Body):
    """A role, or selected actions, on matching clusters and resources."""

    role: Literal["viewer", "operator", "admin", "custom"]
    actions: list[Text] = Field([], description="For the role `custom`, e.g. `topics.view`.")
    clusters: Text = Field("*", max_length=255, description="Short name of a cluster, or a glob, e.g. `prod-*`.")
    resources: Text = Field(
        "*", max_length=255, description="Name of a topic or consumer group, or a glob, e.g. `team.*`."
    )


class Granted(Change):
    """The role that was added, or would be."""

    id: int | None = Field(description="The id of the role assignment, for removing it; null after a dry run.")


GRANTED = {200: Granted, 201: Granted}


def given(request: ApiRequest, params: ChangeParams, grant: Grant, owner: Any, body: GrantIn) -> Status[Any]:
    form = GrantForm(body.model_dump(), instance=grant, own=granted(request))
    made: list[Grant] = []
    status = change_own_records(
        params, planned(form, str(owner)), lambda: made.append(changes.save(request, form, owner)), status=201
    )
    return Status(status.status_code, {**status.value.model_dump(), "id": made[0].pk if made else None})


def find_grant(pk: int) -> Grant:
    grant = Grant.objects.select_related("user", "group").filter(pk=pk).first()
    if grant is None:
        raise Refused(404, f"There is no grant {pk}.", "Users and teams list their grants with ids.")
    return grant


@router.post(f"{PERSON}/grants", response=GRANTED, auth=everywhere(MANAGE))
def grant_to_person(request: ApiRequest, person: str, body: GrantIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a role to a user."""
    owner = show_person(request, person)
    return given(request, params, Grant(user=owner), owner, body)


@router.post(f"{TEAM}/grants", response=GRANTED, auth=everywhere(MANAGE))
def grant_to_user_group(request: ApiRequest, team: str, body: GrantIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a role to a team."""
    owner = show_user_group(request, team)
    return given(request, params, Grant(group=owner), owner, body)


@router.get(GRANT, response=GrantOut, auth=everywhere(MANAGE))
def show_grant(request: ApiRequest, grant: int) -> Grant:
    """Show one role assignment."""
    return find_grant(grant)


@router.delete(GRANT, response=CHANGED, auth=everywhere(MANAGE))
def withdraw_grant(request: ApiRequest, grant: int, params: Query[ChangeParams]) -> Status[Any]:
    """Remove a role from its user or team."""
    row = find_grant(grant)
    require_own(objection_to_grant(granted(request), row))
    owner = str(row.user or row.group)
    plan = Plan(MANAGE, owner, (Step(owner, str(row), None),))
    return change_own_records(params, plan, lambda: changes.withdraw(request, row))
